import { MemoryPanelStore, MemoryPresence, MemoryPresenceBoard, MemoryUpdateBus } from '../memory';
import { Unavailable } from '../errors';
import type { Broadcaster, LiveEvent, PresenceEvent, Reach, Subscriber } from '../live';
import { LiveHub, type Subscription } from '../live/hub';
import type { PresenceBoard, PresenceMember } from '../live/ports';
import { type PresenceLimits, defaultPresenceLimits } from '../live/presence';
import type { PanelKey, WorkspaceKey } from '../panels/model';
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

/** A board that may be away. */
class FragileBoard implements PresenceBoard {
  away = false;
  calls: string[] = [];

  constructor(private readonly board: PresenceBoard) {}

  renew = () => this.#ask('renew', () => this.board.renew());
  put = (key: PanelKey, members: readonly PresenceMember[]) =>
    this.#ask('put', () => this.board.put(key, members));
  others = (key: PanelKey) => this.#ask('others', () => this.board.others(key));
  panels: PresenceBoard['panels'] = (key) => this.#ask('panels', () => this.board.panels(key));
  listen: PresenceBoard['listen'] = (key, listener) =>
    this.#ask('listen', () => this.board.listen(key, listener));
  leave = () => this.#ask('leave', () => this.board.leave());

  async #ask<T>(name: string, ask: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    await new Promise(setImmediate);
    if (this.away) throw new Unavailable('The presence board');
    return ask();
  }
}

/** One gateway: its connections, and what it is made from. */
export class PresenceGateway {
  readonly broadcaster = new PresenceBroadcaster();
  readonly board: FragileBoard;
  readonly hub: LiveHub;
  readonly failures: unknown[] = [];

  constructor(
    private readonly store: MemoryPanelStore,
    board: PresenceBoard,
    limits: Partial<PresenceLimits>,
  ) {
    this.board = new FragileBoard(board);
    const observer = {
      hintFailed: (_hint: string, error: unknown) => void this.failures.push(error),
      changeDelivered: () => undefined,
    };
    const bounds = { ...defaultPresenceLimits, pauseMs: 2, ...limits };
    this.hub = new LiveHub({ store, bus: new MemoryUpdateBus(), board: this.board, observer }, bounds);
  }

  onlooker(id: string): Onlooker {
    return new Onlooker(id, this.broadcaster);
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

/** Gateways on one board in memory, whose clock stands still but for `now`. */
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
