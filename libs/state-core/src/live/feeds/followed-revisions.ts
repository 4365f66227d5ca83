import {
  type Change,
  type FeedPosition,
  type PanelKey,
  type WorkspaceKey,
  positionOf,
} from '../../panels/model';
import type { HistoryEntry } from '../../panels/ports';
import type { LiveObserver } from '../ports';
import type { Reach, Subscriber } from '../subscribers/subscriber';
import { Recipients } from '../subscribers/recipients';
import type { FeedReads } from './feed-reads';
import { FirstStates } from './first-states';
import { type OrderStep, RevisionOrder } from './revision-order';
import { type FollowerState, type WholeFollower, type WholeStart, sendTo } from './whole-follower';

/** How long missing revisions are waited for: processes that write at the same time publish at the same time. */
const patienceMs = 10;

/**
 * All changes of one workspace in the order of its revisions, for those who follow it whole: so that the revision that was sent
 * last says exactly what was sent. Those that are as far as the order share every event; the others get first the states, or what
 * they have missed, on their own.
 *
 * ```
 *  join
 *   │    as far as the order                                          leave, from any state
 *   │   ┌─────────────────────────────────────────────┐                 ┌──▼───┐
 * ┌─▼───┴──┐ older      ┌───────────┐ as far as the  ┌▼─────┐           │ gone │
 * │ behind ├───────────►│ replaying ├───────────────►│ live │           └──────┘
 * └─▲────▲─┘            └──┬─────┬──┘ order          └▲─────┘
 *   │    │ store is away   │     │ further, or history is being read
 *   │    └─────────────────┘     └─────────►┌───────┐ │ the order gets there
 *   │ onDrain ┌─────────┐                   │ ahead ├─┘
 *   └─────────┤ lagging │                   └───────┘
 *             └─────────┘◄─ not writable when something is to be sent, from any state
 * ```
 *
 * A follower that has missed changes while it lagged gets the states of the panels that were changed.
 */
export class FollowedRevisions {
  readonly #order = new RevisionOrder<Change>();
  readonly #followers = new Map<Subscriber, WholeFollower>();
  readonly #live = new Set<WholeFollower>();
  readonly #ahead = new Set<WholeFollower>();
  /** The live followers that reach a panel, by its id. */
  readonly #recipients = new Map<string, Recipients>();
  /** Behind the change that was delivered last. */
  #delivered: FeedPosition = { revision: 0 };
  #timer: NodeJS.Timeout | undefined;
  readonly #states: FirstStates;

  constructor(
    private readonly workspace: WorkspaceKey,
    private readonly reads: FeedReads,
    private readonly observer: LiveObserver,
  ) {
    this.#states = new FirstStates(workspace, reads);
  }

  /** Lets the order begin at a revision that the workspace has reached, unless it has begun. */
  open(revision: number): void {
    if (this.#order.revision !== undefined) return;
    this.#delivered = { revision };
    this.#act(this.#order.begin(revision));
  }

  /** Takes a published change. @param alone whether it made its revision alone */
  onChange(change: Change, alone: boolean): void {
    this.#act(alone ? this.#order.hint(change) : this.#order.hintAt(change.revision));
  }

  /** Takes it that a revision was reached. */
  onReached(revision: number): void {
    this.#act(this.#order.hintAt(revision));
  }

  /** Compares with the store, and goes on with followers that could not. @throws Unavailable */
  async sweep(): Promise<void> {
    this.onReached(await this.reads.revision(this.workspace));
    for (const follower of this.#followers.values()) this.#settle(follower);
  }

  /** Whether a subscriber gets a panel through the whole workspace. */
  brings(panelId: string, subscriber: Subscriber): boolean {
    return this.#followers.get(subscriber)?.reach.panel(panelId) ?? false;
  }

  /** Adds a subscriber, in place of what it was here before. @param seen the versions that it has of some panels, by id */
  join(
    subscriber: Subscriber,
    reach: Reach,
    { revision, panels }: WholeStart,
    seen: ReadonlyMap<string, number>,
  ): void {
    this.leave(subscriber);
    const follower: WholeFollower = {
      subscriber,
      reach,
      state: { kind: 'behind' },
      cursor: { revision },
      toSend: panels,
      knownUpTo: panels.length === 0 ? revision : 0,
      seen: new Map(seen),
      seenUntil: seen.size === 0 && panels.length === 0 ? revision : undefined,
    };
    this.#followers.set(subscriber, follower);
    this.#settle(follower);
  }

  /** Removes a subscriber; nothing is sent to it afterwards. */
  leave(subscriber: Subscriber): void {
    const follower = this.#followers.get(subscriber);
    if (!follower) return;
    this.#moveOn(follower, 'gone');
    this.#followers.delete(subscriber);
  }

  /** Goes on with a subscriber that is writable again. */
  onDrain(subscriber: Subscriber): void {
    const follower = this.#followers.get(subscriber);
    if (follower?.state.kind !== 'lagging') return;
    this.#moveOn(follower, 'behind');
    const { cursor } = follower;
    // Changes that were missed are not sent one by one.
    const isCurrent = cursor.revision >= (this.#order.revision ?? 0) && cursor.ordinal === undefined;
    if (!isCurrent && follower.toSend?.length === 0) {
      follower.cursor = { revision: cursor.ordinal === undefined ? cursor.revision : cursor.revision - 1 };
      follower.knownUpTo = follower.cursor.revision;
      follower.toSend = undefined;
    }
    this.#settle(follower);
  }

  /** Ends it: nothing is read any more. */
  close(): void {
    clearTimeout(this.#timer);
    for (const subscriber of [...this.#followers.keys()]) this.leave(subscriber);
  }

  #act({ deliver, missing }: OrderStep<Change>): void {
    for (const change of deliver) {
      this.#deliver(change);
      this.#delivered = { revision: change.revision };
    }
    if (deliver.length > 0) this.#settleAhead();
    if (missing === 'now') void this.#read();
    else if (missing === 'soon') this.#readSoon();
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, patienceMs).unref();
  }

  /** Delivers what history has. */
  async #read(): Promise<void> {
    if (!this.#order.startReading()) return;
    try {
      for (let isLast = false; !isLast;) {
        const page = await this.reads.changesAfter(this.workspace, this.#delivered);
        for (const change of page.entries) {
          this.#deliver(change);
          this.#delivered = positionOf(change);
        }
        this.#delivered = page.end;
        isLast = !page.more;
      }
    } catch (error) {
      // Of the revision that was delivered last, there may be more.
      const { revision, ordinal } = this.#delivered;
      this.#order.couldNotRead(ordinal === undefined ? revision : revision - 1);
      this.observer.hintFailed('update', error);
      return;
    }
    this.#act(this.#order.hasRead(this.#delivered.revision));
    this.#settleAhead();
  }

  #deliver(change: Change): void {
    if (this.#live.size === 0) return;
    const { sent, unwritable } = this.#recipientsOf(change.key).send({ kind: 'change', change });
    for (const subscriber of unwritable) this.#leaveBehind(subscriber);
    if (sent > 0) this.observer.changeDelivered(change, sent);
  }

  #recipientsOf({ panelId }: PanelKey): Recipients {
    const known = this.#recipients.get(panelId);
    if (known) return known;
    const reached = [...this.#live].filter(({ reach }) => reach.panel(panelId));
    const recipients = new Recipients(reached.map(({ subscriber }) => subscriber));
    this.#recipients.set(panelId, recipients);
    return recipients;
  }

  /** Keeps how far a live follower was before a change that it could not take. */
  #leaveBehind(subscriber: Subscriber): void {
    const follower = this.#followers.get(subscriber) as WholeFollower;
    this.#moveOn(follower, 'lagging');
    follower.cursor = this.#delivered;
  }

  #moveOn(follower: WholeFollower, kind: FollowerState['kind']): FollowerState {
    const wasLive = this.#live.delete(follower);
    this.#ahead.delete(follower);
    if (kind === 'live') this.#live.add(follower);
    if (kind === 'ahead') this.#ahead.add(follower);
    if (wasLive || kind === 'live') this.#recipients.clear();
    follower.state = { kind };
    return follower.state;
  }

  /** Brings those on that were further than the order. */
  #settleAhead(): void {
    for (const follower of [...this.#ahead]) this.#settle(follower);
  }

  /** Makes a follower live, or brings it on towards that. */
  #settle(follower: WholeFollower): void {
    const { state, cursor } = follower;
    const { revision, isReading } = this.#order;
    if (revision === undefined || (state.kind !== 'behind' && state.kind !== 'ahead')) return;
    if (this.#isBehind(follower)) {
      void this.#replay(follower);
    } else if (cursor.revision === revision && !isReading) {
      follower.seen.clear();
      this.#moveOn(follower, 'live');
    } else {
      this.#moveOn(follower, 'ahead');
      this.onReached(cursor.revision);
    }
  }

  /** Sends one follower from the store what it has not seen, until it is as far as the order. */
  async #replay(follower: WholeFollower): Promise<void> {
    const replay = this.#moveOn(follower, 'replaying');
    const isWanted = () => follower.state === replay && this.#isWritable(follower);
    try {
      if (follower.toSend?.length !== 0) await this.#states.send(follower, isWanted);
      if (isWanted()) follower.seenUntil ??= await this.reads.revision(this.workspace);
      while (isWanted() && this.#isBehind(follower)) {
        const { revision } = follower.cursor;
        const page = await this.reads.changesAfter(this.workspace, follower.cursor);
        if (!isWanted() || !this.#sendChanges(follower, page.entries)) return;
        if (page.more) continue;
        follower.cursor = page.end;
        // The store lags behind the order: the next sweep tries again.
        if (page.end.revision === revision && this.#isBehind(follower))
          return void this.#moveOn(follower, 'behind');
      }
    } catch (error) {
      if (follower.state === replay) this.#moveOn(follower, 'behind');
      this.observer.hintFailed('update', error);
      return;
    }
    if (follower.state !== replay) return;
    this.#moveOn(follower, 'behind');
    this.#settle(follower);
  }

  /** Whether a follower has to get more from the store before it can be live. */
  #isBehind({ cursor, toSend, seenUntil }: WholeFollower): boolean {
    if (toSend?.length !== 0 || seenUntil === undefined || cursor.ordinal !== undefined) return true;
    return cursor.revision < Math.max(this.#order.revision ?? 0, seenUntil);
  }

  /** @returns whether the follower took all of them */
  #sendChanges(follower: WholeFollower, changes: readonly HistoryEntry[]): boolean {
    const { reach, seen } = follower;
    for (const change of changes) {
      const { panelId } = change.key;
      const isNews = reach.panel(panelId) && change.version > (seen.get(panelId) ?? 0);
      if (isNews && !this.#isWritable(follower)) return false;
      follower.cursor = positionOf(change);
      if (isNews) sendTo(follower, { kind: 'change', change });
    }
    return true;
  }

  #isWritable(follower: WholeFollower): boolean {
    if (follower.state.kind === 'gone') return false;
    if (!follower.subscriber.isWritable()) this.#moveOn(follower, 'lagging');
    return follower.state.kind !== 'lagging';
  }
}
