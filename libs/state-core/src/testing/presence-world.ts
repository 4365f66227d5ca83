import { MemoryPresence, MemoryPresenceBoard } from '../memory';
import { Unavailable } from '../errors';
import type { PanelKey } from '../panels/model';
import type { PresenceBoard, PresenceMember } from '../ports';
import type { LiveEvent, Outlet, PresenceEvent, Subscriber } from '../use-cases/feeds';
import { Presence, type PresenceLimits, defaultPresenceLimits } from '../use-cases/presence';

/** A connection that keeps what it is told: who is present in each panel, and how often it was told. */
export class Onlooker implements Subscriber {
  readonly events: PresenceEvent[] = [];
  ready = true;

  constructor(
    readonly id: string,
    readonly outlet: Outlet,
  ) {}

  takesMore(): boolean {
    return this.ready;
  }

  /** Who is present in a panel as far as they know, but for themselves: `c1=data`. */
  sees(panelId = 'panel'): string[] {
    const last = this.events.filter(({ key }) => key.panelId === panelId).at(-1);
    const others = (last?.members ?? []).filter(({ connectionId }) => connectionId !== this.id);
    return others.map(({ connectionId, data }) => `${connectionId}=${JSON.stringify(data)}`);
  }
}

class PresenceOutlet implements Outlet {
  sent = 0;
  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    if (event.kind !== 'presence' || to.size === 0) throw new Error('Something else, or to nobody.');
    this.sent++;
    for (const subscriber of to) {
      if (!subscriber.takesMore()) throw new Error('They could take no more.');
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
  readonly outlet = new PresenceOutlet();
  readonly board: FragileBoard;
  readonly presence: Presence;
  readonly failures: unknown[] = [];

  constructor(board: PresenceBoard, limits: Partial<PresenceLimits>) {
    this.board = new FragileBoard(board);
    const observer = { hintFailed: (_hint: string, error: unknown) => void this.failures.push(error) };
    const bounds = { ...defaultPresenceLimits, pauseMs: 2, ...limits };
    this.presence = new Presence({ board: this.board, observer }, bounds);
  }

  onlooker(id: string): Onlooker {
    return new Onlooker(id, this.outlet);
  }

  /** Shows a connection in a panel. */
  show(key: PanelKey, subscriber: Subscriber, data: PresenceMember['data']): void {
    this.presence.show({ key, subscriber, userId: `user of ${subscriber.id}`, data });
  }
}

/** Gateways on one board in memory, whose clock stands still but for `now`. */
export class PresenceWorld {
  readonly shared = new MemoryPresence();
  readonly gateways: PresenceGateway[] = [];
  now = 0;

  /** One more gateway, which holds its lease. */
  async gateway(limits: Partial<PresenceLimits> = {}): Promise<PresenceGateway> {
    const gateway = new PresenceGateway(new MemoryPresenceBoard(this.shared, 1_000, () => this.now), limits);
    this.gateways.push(gateway);
    await gateway.presence.tick();
    return gateway;
  }

  /** Every gateway but those left out has its turn. */
  async tick(...without: readonly PresenceGateway[]): Promise<void> {
    const turns = this.gateways.filter((gateway) => !without.includes(gateway));
    for (const { presence } of turns) await presence.tick();
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map(({ presence }) => presence.close()));
  }
}
