import { type FeedStep, VersionFeed } from '@nexus-state/documents';
import type { Change, Panel, PanelKey } from '../../panels/model';
import type { LiveObserver } from '../ports';
import type { FeedEvent, Subscriber } from '../subscribers/subscriber';
import { Recipients } from '../subscribers/recipients';
import { type FeedReads, pageSize, unwanted } from './feed-reads';

/** Where a subscriber begins: with this state, after this version, or with the state that has yet to be read. */
export type Start = Panel | number | undefined;

/** An object, so that a replay finds out that another one has begun since. */
interface FollowerState {
  readonly kind: 'behind' | 'replaying' | 'ahead' | 'live' | 'lagging' | 'gone';
}

/** A subscriber of the panel, and how far it is. */
interface Follower {
  readonly subscriber: Subscriber;
  state: FollowerState;
  /** The version that was sent last, while the follower is not live; undefined when it has yet to get a state. */
  cursor: number | undefined;
  /** Whether the panel exists as far as the follower knows, while it is not live. */
  knownToExist: boolean;
}

/**
 * One followed panel: one feed for all its subscribers. Those that are as far as the feed share every event; the others read
 * from history on their own until they are.
 *
 * ```
 *  join
 *   │    as far as the feed                                           leave, from any state
 *   │   ┌─────────────────────────────────────────────┐                 ┌──▼───┐
 * ┌─▼───┴──┐ older      ┌───────────┐ as far as the  ┌▼─────┐           │ gone │
 * │ behind ├───────────►│ replaying ├───────────────►│ live │           └──────┘
 * └─▲────▲─┘            └──┬─────┬──┘ feed           └▲─────┘
 *   │    │ store is away   │     │ further  ┌───────┐ │ the feed gets there
 *   │    └─────────────────┘     └─────────►│ ahead ├─┘
 *   │                                       └───────┘
 *   │ onDrain ┌─────────┐
 *   └─────────┤ lagging │◄─ not writable when something is to be sent, from any state
 *             └─────────┘
 * ```
 *
 * A follower that has missed changes while it lagged begins again with the state.
 */
export class FollowedPanel {
  readonly #feed = new VersionFeed<Change>();
  readonly #followers = new Map<Subscriber, Follower>();
  readonly #live = new Recipients();
  readonly #ahead = new Set<Follower>();
  #deleted = false;

  constructor(
    readonly key: PanelKey,
    private readonly reads: FeedReads,
    private readonly observer: LiveObserver,
  ) {}

  /** The version of the feed and of live followers; undefined until it is known where the feed begins. */
  get version(): number | undefined {
    return this.#feed.version;
  }

  /** Whether it has no followers. */
  get isIdle(): boolean {
    return this.#followers.size === 0;
  }

  /** Takes a published change. */
  onChange(change: Change): void {
    this.#act(this.#feed.hint(change));
  }

  /** Takes it that a change was published which is to be read from history. */
  onReached(version: number): void {
    this.#act(this.#feed.hintAt(version));
  }

  /** Takes it that the store has the panel at a version. */
  reached(version: number): void {
    this.#act(this.#feed.loaded(version));
  }

  /** Compares with history. */
  check(): void {
    this.#act(this.#feed.check());
  }

  /** Goes on with followers that could not, because the store was away. */
  resume(): void {
    for (const follower of this.#followers.values()) this.#settle(follower);
  }

  /** Goes on with a subscriber that is writable again. */
  onDrain(subscriber: Subscriber): void {
    const follower = this.#followers.get(subscriber);
    if (follower?.state.kind !== 'lagging') return;
    follower.state = { kind: 'behind' };
    // Changes that were missed are not sent one by one.
    if (this.#isBehind(follower)) follower.cursor = undefined;
    this.#settle(follower);
  }

  /** Adds a subscriber; one that follows the panel already goes on as it is. */
  join(subscriber: Subscriber, start: Start): void {
    const follower = this.#add(subscriber);
    if (!follower) return;
    if (typeof start === 'object') {
      follower.knownToExist = true;
      if (this.#isWritable(follower)) this.#sendSync(follower, start);
    } else {
      follower.cursor = start;
      follower.knownToExist = start !== undefined && !this.#deleted;
    }
    this.#settle(follower);
  }

  /** Removes a subscriber; nothing is sent to it afterwards. */
  leave(subscriber: Subscriber): void {
    const follower = this.#followers.get(subscriber);
    if (!follower) return;
    follower.state = { kind: 'gone' };
    this.#followers.delete(subscriber);
    this.#ahead.delete(follower);
    this.#live.delete(subscriber);
  }

  /** Removes a subscriber. @returns the version that was sent to it last; undefined where it has yet to get a state, or is none */
  handOver(subscriber: Subscriber): number | undefined {
    const follower = this.#followers.get(subscriber);
    const version = follower?.state.kind === 'live' ? this.#feed.version : follower?.cursor;
    this.leave(subscriber);
    return version;
  }

  #add(subscriber: Subscriber): Follower | undefined {
    if (this.#followers.has(subscriber)) return undefined;
    const state: FollowerState = { kind: 'behind' };
    const follower: Follower = { subscriber, state, cursor: undefined, knownToExist: false };
    this.#followers.set(subscriber, follower);
    return follower;
  }

  #act({ deliver, catchUpFrom }: FeedStep<Change>): void {
    for (const change of deliver) this.#deliver(change);
    if (catchUpFrom !== undefined) void this.#catchUp(catchUpFrom);
  }

  async #catchUp(version: number): Promise<void> {
    let page: readonly Change[];
    try {
      page = await this.reads.changesSince(this.key, version);
    } catch (error) {
      this.#feed.unanswered();
      this.observer.hintFailed('update', error);
      return;
    }
    this.#act(this.#feed.page(page));
  }

  #deliver(change: Change): void {
    const { sent, unwritable } = this.#live.send({ kind: 'change', change });
    for (const subscriber of unwritable) this.#leaveBehind(subscriber, change);
    if (sent > 0) this.observer.changeDelivered(change, sent);
    this.#deleted = change.changeType === 'deleted';
    for (const follower of this.#ahead) if (follower.cursor === change.version) this.#goLive(follower);
  }

  /** Keeps how far a live follower was before a change that it could not take. */
  #leaveBehind(subscriber: Subscriber, { previousVersion }: Change): void {
    const follower = this.#followers.get(subscriber) as Follower;
    follower.state = { kind: 'lagging' };
    follower.cursor = previousVersion;
    follower.knownToExist = previousVersion > 0 && !this.#deleted;
  }

  /** Makes a follower live, or brings it on towards that. */
  #settle(follower: Follower): void {
    const { state, cursor } = follower;
    const version = this.#feed.version;
    if (version === undefined || (state.kind !== 'behind' && state.kind !== 'ahead')) return;
    if (cursor === undefined || cursor < version) {
      void this.#replay(follower);
    } else if (cursor === version) {
      this.#goLive(follower);
    } else {
      follower.state = { kind: 'ahead' };
      this.#ahead.add(follower);
      this.reached(cursor);
    }
  }

  /** Sends one follower from the store what it has not seen, until it is as far as the feed. */
  async #replay(follower: Follower): Promise<void> {
    const replay: FollowerState = { kind: 'replaying' };
    follower.state = replay;
    const isWanted = () => follower.state === replay && this.#isWritable(follower);
    try {
      if (follower.cursor === undefined) await this.#sync(follower, isWanted);
      while (follower.state === replay && this.#isBehind(follower)) {
        const { cursor = 0 } = follower;
        const page = await this.reads.ifWanted(isWanted, (store) =>
          store.changesSince(this.key, cursor, pageSize),
        );
        if (page === unwanted || follower.state !== replay) return;
        this.#sendChanges(follower, page);
        // The store lags behind the feed: the next sweep tries again.
        if (page.length === 0) follower.state = { kind: 'behind' };
      }
      if (follower.state !== replay) return;
      follower.state = { kind: 'behind' };
    } catch (error) {
      if (follower.state === replay) follower.state = { kind: 'behind' };
      this.observer.hintFailed('update', error);
      return;
    }
    this.#settle(follower);
  }

  async #sync(follower: Follower, isWanted: () => boolean): Promise<void> {
    const panel = await this.reads.ifWanted(isWanted, (store) => store.read(this.key));
    if (panel === unwanted || !isWanted()) return;
    if (panel?.deleted === false) return this.#sendSync(follower, panel);
    // Subscribers that still believe the panel exists get its last change, the deletion.
    follower.cursor = panel && follower.knownToExist ? panel.version - 1 : (panel?.version ?? 0);
    if (panel) this.reached(panel.version);
  }

  #sendChanges(follower: Follower, changes: readonly Change[]): void {
    for (const change of changes) {
      if (!this.#isWritable(follower)) return;
      follower.cursor = change.version;
      follower.knownToExist = change.changeType !== 'deleted';
      this.#send(follower, { kind: 'change', change });
    }
  }

  #sendSync(follower: Follower, panel: Panel): void {
    follower.cursor = panel.version;
    follower.knownToExist = true;
    this.#send(follower, { kind: 'sync', panel });
  }

  #send({ subscriber }: Follower, event: FeedEvent): void {
    subscriber.broadcaster.send(event, new Set([subscriber]));
  }

  #isWritable(follower: Follower): boolean {
    if (follower.state.kind === 'gone') return false;
    if (!follower.subscriber.isWritable()) follower.state = { kind: 'lagging' };
    return follower.state.kind !== 'lagging';
  }

  #isBehind({ cursor }: Follower): boolean {
    return cursor !== undefined && this.#feed.version !== undefined && cursor < this.#feed.version;
  }

  #goLive(follower: Follower): void {
    follower.state = { kind: 'live' };
    this.#ahead.delete(follower);
    this.#live.add(follower.subscriber);
  }
}
