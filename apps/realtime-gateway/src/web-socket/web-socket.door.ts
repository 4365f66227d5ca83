import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  OriginNotAllowed,
  type Principal,
  RouteNotFound,
  checkHead,
  mayConnectFrom,
  refuseOnSocket,
  requestId,
} from '@nexus-state/nest-kit';
import type { StateError } from '@nexus-state/documents';
import type { WorkspaceKey } from '@nexus-state/state-core';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connections } from '../connections/connections';
import { socketIoPath } from '../socket-io/socket-io.adapter';
import { unsentBytes } from '../connections/unsent';
import { handleFrame } from './incoming';
import { type UpgradeRequest, readUpgrade } from './upgrade';
import { WebSocketBroadcaster, frameText } from './web-socket-broadcaster';

/** The token under which how the door behaves is handed in. */
export const WEB_SOCKET_OPTIONS = Symbol('WEB_SOCKET_OPTIONS');

/** How the door behaves. */
export interface WebSocketOptions {
  /** The largest message a client may send; a larger one ends the connection with status 1009. */
  readonly messageBytes: number;
  /** The pause between two pings; a connection that has not answered by the next is ended. */
  readonly pingIntervalMs: number;
  /** The origins whose pages may connect; where there are none, all may. */
  readonly origins: readonly string[];
}

/** What a client that does not close its side gets before the socket is cut. */
const closingMs = 2_000;

/** The plain WebSocket door, at `/ws/state/{workspaceId}` (RFC 6455). */
@Injectable()
export class WebSocketDoor implements OnApplicationBootstrap {
  readonly #broadcaster = new WebSocketBroadcaster();
  readonly #server: WebSocketServer;

  constructor(
    private readonly connections: Connections,
    private readonly host: HttpAdapterHost,
    @Inject(WEB_SOCKET_OPTIONS) private readonly options: WebSocketOptions,
  ) {
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.messageBytes,
      // Compressing every message costs each connection memory and time.
      perMessageDeflate: false,
    });
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (request.url?.startsWith(socketIoPath)) return;
    const onError = () => socket.destroy();
    socket.on('error', onError);
    try {
      checkHead(request);
      const asked = readUpgrade(request);
      if (!asked) throw new RouteNotFound('GET');
      if (!mayConnectFrom(request, this.options.origins)) throw new OriginNotAllowed();
      const { principal, place } = await this.#letIn(asked);
      if (socket.destroyed) return;
      socket.off('error', onError);
      this.#server.handleUpgrade(request, socket, head, (webSocket) =>
        this.#open(webSocket, socket, principal, place),
      );
    } catch (error) {
      refuseOnSocket(socket, error, requestId(request));
    }
  }

  async #letIn({ token, workspaceId, owner }: UpgradeRequest): Promise<{
    readonly principal: Principal;
    readonly place: WorkspaceKey;
  }> {
    const { admission, verifier } = this.connections.ports;
    this.connections.mustBeOpen();
    const principal = await verifier.verify(token);
    const place = { workspaceId, owner, access: 'read' } as const;
    const { workspace } = await admission.admit({ caller: principal, place });
    return { principal, place: { owner: workspace.owner, workspaceId } };
  }

  #open(socket: WebSocket, below: Duplex, principal: Principal, place: WorkspaceKey): void {
    const id = randomUUID();
    const { logger } = this.connections.ports;
    this.#broadcaster.add(id, socket, below);
    const connection = this.connections.open(principal, {
      id,
      door: 'websocket',
      broadcaster: this.#broadcaster,
      waiting: () => socket.bufferedAmount,
      taken: () => unsentBytes(socket),
      send: (event, payload) => socket.send(frameText(event, payload)),
      end: (reason) => close(socket, reason),
    });
    const stopPinging = keepAlive(socket, this.options.pingIntervalMs);
    socket.on('message', (data, isBinary) => {
      void handleFrame(socket, connection, place, { data, isBinary }, logger);
    });
    // What is wrong with a frame closes the connection by itself, with the status that says so.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      stopPinging();
      this.#broadcaster.remove(id);
      this.connections.gone(connection);
    });
  }
}

/** Status 1001 "going away" where the server stops, 1008 "policy violation" otherwise; the reason is the code. */
function close(socket: WebSocket, { code }: StateError): void {
  socket.close(code === 'server_draining' ? 1001 : 1008, code);
  setTimeout(() => socket.terminate(), closingMs).unref();
}

/** Ends a connection whose other side is gone without a word. */
function keepAlive(socket: WebSocket, intervalMs: number): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, intervalMs);
  return () => clearInterval(timer);
}
