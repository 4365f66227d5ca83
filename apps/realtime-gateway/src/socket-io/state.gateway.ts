import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { realtimeNamespace } from '@nexus-state/contracts';
import type { StateError } from '@nexus-state/documents';
import type { Namespace, Socket } from 'socket.io';
import { Connections } from '../connections/connections';
import { closeRoot, identify, principalOf } from './handshake';
import { handleEvent } from './incoming';
import { cutOffLater, outflowOf } from './outflow';
import { RoomBroadcaster } from './room-broadcaster';

/** The time that a client has to read its last messages before its transport is cut. */
const closingMs = 2_000;

/** The Socket.IO door, namespace `/state`. */
@WebSocketGateway({ namespace: realtimeNamespace })
export class StateGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket> {
  #broadcaster: RoomBroadcaster;

  constructor(private readonly connections: Connections) {}

  afterInit(namespace: Namespace): void {
    this.#broadcaster = new RoomBroadcaster(namespace);
    identify(namespace, this.connections);
    closeRoot(namespace);
  }

  handleConnection(socket: Socket): void {
    const connection = this.connections.open(principalOf(socket), {
      id: socket.id,
      door: 'socket.io',
      broadcaster: this.#broadcaster,
      ...outflowOf(socket.conn),
      send: (event, payload) => void socket.emit(event, payload),
      end: (reason) => end(socket, reason),
    });
    // Not one listener per event: an unknown event gets a reply, too.
    socket.onAny((event: string, ...args: unknown[]) => {
      void handleEvent(socket, connection, event, args, this.connections.ports.logger);
    });
    socket.on('disconnect', () => this.connections.gone(connection));
  }
}

/** A client whose transport is closed connects again by itself, one that is disconnected does not. */
function end(socket: Socket, { code }: StateError): void {
  cutOffLater(socket.conn, closingMs);
  if (code === 'server_draining') socket.conn.close();
  else socket.disconnect(true);
}
