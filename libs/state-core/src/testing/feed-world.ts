import {
  MemoryChangeFeed,
  MemoryPanelStore,
  MemoryPresence,
  MemoryPresenceBoard,
  MemoryUpdateBus,
} from '../memory';
import { Unavailable } from '../errors';
import type { JsonObject } from '@nexus-state/documents';
import type { Broadcaster, FeedEvent, LiveEvent, PanelFeedEvent, Reach, Subscriber } from '../live';
import { LiveHub, type Subscription } from '../live/hub';
import type { Change, ChangeType, PanelKey, WorkspaceKey } from '../panels/model';
import type { UpdateBus, UpdateListener } from '../ports';
import type { WorkspaceEvent } from '../workspaces';
import { FailingStore } from './failing-store';
import { anAppend } from './panel-builders';

/** A subscriber that keeps what it is sent: `sync 3`, `4`, `created 1`, `deleted 7`. */
export class FeedReader implements Subscriber {
  readonly events: FeedEvent[] = [];
  ready = true;
  constructor(
    readonly id: string,
    readonly broadcaster: Broadcaster,
  ) {}

  isWritable(): boolean {
    return this.ready;
  }

  /** What it was sent about one panel. */
  about(panelId: string): PanelFeedEvent[] {
    return this.events.filter(
      (event): event is PanelFeedEvent => event.kind !== 'workspace' && keyOf(event).panelId === panelId,
    );
  }

  of(panelId: string): string[] {
    return this.about(panelId).map(nameOf);
  }
}

/** Counts how often an event is sent, however many it is for. */
class CountingBroadcaster implements Broadcaster {
  sent = 0;
  /** Events that were sent to a subscriber that was not writable. */
  excess = 0;
  /** After so many events a subscriber is not writable. */
  limit = Infinity;
  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    if (to.size === 0 || event.kind === 'presence') throw new Error('An event without subscribers.');
    this.sent++;
    for (const subscriber of to) {
      if (!subscriber.isWritable()) this.excess++;
      const reader = subscriber as FeedReader;
      reader.events.push(event);
      if (reader.events.length % this.limit === 0) reader.ready = false;
    }
  }
}

/** The reach of a subscriber that may see everything. */
export const wholeReach = { panel: () => true, whole: true };

const keyOf = (event: PanelFeedEvent) => (event.kind === 'sync' ? event.panel.key : event.change.key);

function nameOf(event: PanelFeedEvent): string {
  if (event.kind === 'sync') return `sync ${event.panel.version}`;
  const { changeType, version } = event.change;
  return changeType === 'updated' ? `${version}` : `${changeType} ${version}`;
}

/** Everything there is, in memory; what is published goes through `pass` first. */
export class FeedWorld {
  readonly store = new MemoryPanelStore();
  /** What goes wrong between the hub and the store. */
  readonly faults = new FailingStore(this.store);
  readonly feedFaults: FailingStore<MemoryChangeFeed>;
  readonly bus: UpdateBus;
  readonly failures: unknown[] = [];
  readonly broadcaster = new CountingBroadcaster();
  readonly hub: LiveHub;
  pass: (change: Change) => readonly Change[] = (change) => [change];

  /** @param options a bus in place of its own */
  constructor(options: { bus?: UpdateBus } = {}) {
    const observer = {
      hintFailed: (_hint: string, error: unknown) => void this.failures.push(error),
      changeDelivered: () => undefined,
    };
    this.bus = options.bus ?? new MemoryUpdateBus();
    const board = new MemoryPresenceBoard(new MemoryPresence(), 60_000);
    const feed = new MemoryChangeFeed(this.store);
    this.feedFaults = new FailingStore(feed);
    this.hub = new LiveHub({
      store: this.faults.port,
      feed: this.feedFaults.port,
      bus: this.bus,
      board,
      observer,
    });
  }

  reader(id = 'reader'): FeedReader {
    return new FeedReader(id, this.broadcaster);
  }

  /** Follows a panel, from a version or from its state. */
  follow(key: PanelKey, subscriber: Subscriber, version?: number): Promise<Subscription> {
    return this.hub.follow({ kind: 'panel', key, version }, subscriber);
  }

  followWorkspace(
    key: WorkspaceKey,
    subscriber: Subscriber,
    reach: Reach = wholeReach,
    revision?: number,
  ): Promise<Subscription> {
    return this.hub.follow({ kind: 'workspace', key, reach, revision }, subscriber);
  }

  /** Changes a panel and publishes, as a door of another process would. */
  async change(key: PanelKey, changeType?: ChangeType): Promise<Change> {
    const before = await this.store.read(key);
    const version = before?.version ?? 0;
    const born = changeType === 'created' || version === 0;
    const state: JsonObject = changeType === 'deleted' ? (before?.state ?? {}) : { n: version + 1 };
    const type = changeType ?? (born ? 'created' : 'updated');
    await this.store.append([anAppend(key, version, [{ state, changeType: type }], before?.state)]);
    const [change] = await this.store.changesSince(key, version, 1);
    await this.#publish(change as Change);
    return change as Change;
  }

  /** Changes panels of a workspace as one, and publishes each change; those that are deleted or not there are made. */
  async changeTogether(workspace: WorkspaceKey, panelIds: readonly string[]): Promise<void> {
    const keys = panelIds.map((panelId) => ({ ...workspace, panelId }));
    const before = await Promise.all(keys.map((key) => this.store.read(key)));
    const appends = keys.map((key, n) => {
      const panel = before[n];
      const changeType = panel?.deleted === false ? 'updated' : 'created';
      const step = { state: { n: (panel?.version ?? 0) + 1 }, changeType } as const;
      return anAppend(key, panel?.version ?? 0, [step], panel?.state);
    });
    await this.store.appendTogether(appends, []);
    for (const { key, expectedVersion } of appends) {
      const [change] = await this.store.changesSince(key, expectedVersion, 1);
      await this.#publish(change as Change);
    }
  }

  /** Publishes what is to be published in place of a change; some of it may be older, and of another revision. */
  async #publish(change: Change): Promise<void> {
    const isAlone = ({ key, revision }: Change) =>
      this.store.changesIn(key).filter((other) => other.revision === revision).length === 1;
    for (const one of this.pass(change)) await this.bus.publish(one, isAlone(one));
  }

  async changes(key: PanelKey, count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.change(key);
  }
}

/**
 * Has the answers of a store arrive when they are old.
 * @param pauses turns of the event loop that each answer takes, over and over
 */
export function delayResponses(faults: FailingStore<MemoryPanelStore>, pauses: readonly number[]): void {
  let calls = 0;
  const late = async <T>(call: () => Promise<T>): Promise<T> => {
    const turns = pauses[calls++ % pauses.length] as number;
    const value = await call();
    for (let n = 0; n < turns; n++) await new Promise(setImmediate);
    return value;
  };
  for (const method of ['read', 'changesSince', 'heads'] as const) faults.onEach(method, late);
}

/** A bus that may be away: what is published then is lost, and its listeners get `onGap` once it is back. */
export class FrailBus implements UpdateBus {
  readonly #listeners = new Set<UpdateListener>();
  #away = false;

  constructor(private readonly bus: UpdateBus) {}

  leave(): void {
    this.#away = true;
  }

  comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    for (const listener of this.#listeners) listener.onGap();
  }

  async publish(change: Change, alone?: boolean): Promise<void> {
    if (!this.#away) await this.bus.publish(change, alone);
  }

  async announce(event: WorkspaceEvent): Promise<void> {
    if (!this.#away) await this.bus.announce(event);
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    if (this.#away) throw new Unavailable('The update bus');
    const stop = await this.bus.subscribe(workspace, listener);
    this.#listeners.add(listener);
    return async () => {
      this.#listeners.delete(listener);
      await stop();
    };
  }
}

/** Counts the listeners of a bus. */
export class CountedBus implements UpdateBus {
  listening = 0;
  constructor(private readonly bus: UpdateBus) {}

  publish(change: Change, alone?: boolean): Promise<void> {
    return this.bus.publish(change, alone);
  }

  announce(event: WorkspaceEvent): Promise<void> {
    return this.bus.announce(event);
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    const stop = await this.bus.subscribe(workspace, listener);
    this.listening++;
    return async () => {
      this.listening--;
      await stop();
    };
  }
}
