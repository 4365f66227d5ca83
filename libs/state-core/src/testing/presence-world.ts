import {
  MemoryChangeFeed,
  MemoryPanelStore,
  MemoryPresence,
  MemoryPresenceBoard,
  MemoryUpdateBus,
} from '../memory';
import { Unavailable } from '../errors';
import type { Broadcaster, LiveEvent, PresenceEvent, Reach, Subscriber } from '../live';
import { LiveHub, type Subscription } from '../live/hub';
import type { PresenceBoard, PresenceMember } from '../live/ports';
import { type PresenceLimits, defaultPresenceLimits } from '../live/presence';
import type { PanelKey, WorkspaceKey } from '../panels/model';
import { FailingStore } from './failing-store';
import { anAppend } from './panel-builders';
import { wholeReach } from './feed-world';

/** A connection that keeps what it is sent of who is present. */
export class Onlooker implements Subscriber {
  readonly events: PresenceEvent[] = [];
  ready = true;

  constructor(
    readonly id: string,
    readonly broadcaster: Broadcaster,
  ) {}

  isWritable(): boolean {
    return this.ready;
  }

  /** Who is present in a panel as far as they know, but for themselves: `c1=data`. */
  sees(panelId = 'panel'): string[] {
    const last = this.events.filter(({ key }) => key.panelId === panelId).at(-1);
    const others = (last?.members ?? []).filter(({ connectionId }) => connectionId !== this.id);
    return others.map(({ connectionId, data }) => `${connectionId}=${JSON.stringify(data)}`);
  }
}

/** Counts the presence events, and leaves out all others. */
class PresenceBroadcaster implements Broadcaster {
  sent = 0;
  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    if (event.kind !== 'presence') return;
    if (to.size === 0) throw new Error('An event without subscribers.');
    this.sent++;
    for (const subscriber of to) {
      if (!subscriber.isWritable()) throw new Error('An event to a subscriber that is not writable.');
      (subscriber as Onlooker).events.push(event);
    }
  }
}

const boardMethods = ['renew', 'put', 'others', 'panels', 'listen', 'leave'] as const;

/** A board that takes a breath before each answer. */
function breathing(board: PresenceBoard): FailingStore<PresenceBoard> {
  const faults = new FailingStore(board);
  const breathe = async <T>(ask: () => Promise<T>): Promise<T> => {
    await new Promise(setImmediate);
    return ask();
  };
  for (const method of boardMethods) faults.onEach(method, breathe);
  return faults;
}

/** One gateway: its connections, and what it is made from. */
export class PresenceGateway {
  readonly broadcaster = new PresenceBroadcaster();
  /** The board as this gateway reaches it. */
  readonly board: FailingStore<PresenceBoard>;
  readonly hub: LiveHub;
  readonly failures: unknown[] = [];

  constructor(
    private readonly store: MemoryPanelStore,
    board: PresenceBoard,
    limits: Partial<PresenceLimits>,
  ) {
    this.board = breathing(board);
    const observer = {
      hintFailed: (_hint: string, error: unknown) => void this.failures.push(error),
      changeDelivered: () => undefined,
    };
    const bounds = { ...defaultPresenceLimits, pauseMs: 2, ...limits };
    const feed = new MemoryChangeFeed(store);
    const bus = new MemoryUpdateBus();
    this.hub = new LiveHub({ store, feed, bus, board: this.board.port, observer }, bounds);
  }

  onlooker(id: string): Onlooker {
    return new Onlooker(id, this.broadcaster);
  }

  /** The board is out of reach for this gateway alone. */
  loseBoard(): void {
    this.board.leave(new Unavailable('The presence board'));
  }

  /** How often this gateway has called each method of the board. */
  get boardCalls(): Record<(typeof boardMethods)[number], number> {
    const counts = boardMethods.map((method) => [method, this.board.calls(method)]);
    return Object.fromEntries(counts) as Record<(typeof boardMethods)[number], number>;
  }

  /** Opens a subscription to a panel, which is created where there is none. */
  async open(key: PanelKey, subscriber: Subscriber): Promise<Subscription> {
    await this.store.append([anAppend(key, 0, [{ state: {} }])]);
    return this.hub.follow({ kind: 'panel', key }, subscriber);
  }

  /** Follows a panel, which is created where there is none. */
  async follow(key: PanelKey, subscriber: Subscriber): Promise<Subscription> {
    return begun(await this.open(key, subscriber));
  }

  async followWorkspace(
    key: WorkspaceKey,
    subscriber: Subscriber,
    reach: Reach = wholeReach,
  ): Promise<Subscription> {
    return begun(await this.hub.follow({ kind: 'workspace', key, reach }, subscriber));
  }

  /** Shows a connection in a panel. */
  show(key: PanelKey, subscriber: Subscriber, data: PresenceMember['data']): void {
    this.hub.show({ key, subscriber, userId: `user of ${subscriber.id}`, data });
  }
}

function begun(subscription: Subscription): Subscription {
  subscription.begin();
  return subscription;
}

/** Gateways on one board in memory, whose clock moves by `now` alone. */
export class PresenceWorld {
  readonly shared = new MemoryPresence();
  readonly store = new MemoryPanelStore();
  readonly gateways: PresenceGateway[] = [];
  now = 0;

  /** One more gateway, which holds its lease. */
  async gateway(limits: Partial<PresenceLimits> = {}): Promise<PresenceGateway> {
    const board = new MemoryPresenceBoard(this.shared, 1_000, () => this.now);
    const gateway = new PresenceGateway(this.store, board, limits);
    this.gateways.push(gateway);
    await gateway.hub.renewLease();
    return gateway;
  }

  /** Every gateway but those left out renews its lease. */
  async renewLeases(...without: readonly PresenceGateway[]): Promise<void> {
    const renewing = this.gateways.filter((gateway) => !without.includes(gateway));
    for (const { hub } of renewing) await hub.renewLease();
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map(({ hub }) => hub.close()));
  }
}
