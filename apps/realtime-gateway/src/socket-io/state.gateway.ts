import { Inject } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import {
  SubscribeRequest,
  UnsubscribeRequest,
  clientEvents,
  realtimeNamespace,
} from '@nexus-state/contracts';
import { ShapePipe, TokenVerifier } from '@nexus-state/nest-kit';
import { AccessControl, WorkspaceFeeds } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { BadMessage } from '../updates/bad-message';
import { Subscriptions } from '../updates/subscriptions';
import { closeRoot, identify, principalOf } from './handshake';
import { type Incoming, handle } from './incoming';
import { RoomOutlet } from './room-outlet';

/** The token under which the log of the process is handed in. */
export const LOGGER = Symbol('LOGGER');

const subscribeShape = new ShapePipe(SubscribeRequest);
const unsubscribeShape = new ShapePipe(UnsubscribeRequest);

type Handler = (incoming: Incoming) => Promise<void>;

/** The Socket.IO door, namespace `/state`. */
@WebSocketGateway({ namespace: realtimeNamespace })
export class StateGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket> {
  #outlet: RoomOutlet;

  constructor(
    private readonly access: AccessControl,
    private readonly feeds: WorkspaceFeeds,
    private readonly verifier: TokenVerifier,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(namespace: Namespace): void {
    this.#outlet = new RoomOutlet(namespace);
    identify(namespace, this.verifier, this.logger);
    closeRoot(namespace);
  }

  handleConnection(socket: Socket): void {
    const subscriptions = new Subscriptions(
      { id: socket.id, outlet: this.#outlet, takesMore: () => true },
      { access: this.access, feeds: this.feeds },
    );
    const handlers = this.#handlers(socket, subscriptions);
    // Not one listener an event: a client that waits for the answer to an unknown event is told, too.
    socket.onAny((event: string, ...args: unknown[]) => {
      const work = handlers.get(event) ?? unknownEvent;
      void handle(socket, args, this.logger, work);
    });
    socket.on('disconnect', () => subscriptions.close());
  }

  #handlers(socket: Socket, subscriptions: Subscriptions): ReadonlyMap<string, Handler> {
    return new Map<string, Handler>([
      [
        clientEvents.subscribe,
        ({ payload, answer }) => {
          const request = subscribeShape.transform(payload);
          const { workspaceId, panelId } = request;
          return subscriptions.subscribe(request, principalOf(socket), (version) =>
            answer({ workspaceId, panelId, ...(version === undefined ? {} : { version }) }),
          );
        },
      ],
      [
        clientEvents.unsubscribe,
        async ({ payload, answer }) => {
          const request = unsubscribeShape.transform(payload);
          await subscriptions.unsubscribe(request);
          answer({ workspaceId: request.workspaceId, panelId: request.panelId });
        },
      ],
    ]);
  }
}

async function unknownEvent(): Promise<void> {
  throw new BadMessage(`the events are ${Object.values(clientEvents).join(', ')}.`);
}
