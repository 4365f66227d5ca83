import { type FeedStep, VersionFeed } from '@nexus-state/documents';
import type { Change, Panel, PanelKey } from '../../panels/model';
import type { CoreObserver } from '../../panels';
import { type FeedReads, unwanted } from './feed-ports';
import type { FeedEvent, Outlet, Subscriber } from './subscriber';

/** Why somebody follows a panel: for itself, or as one of a workspace. */
export type Claim = 'panel' | 'workspace';

/** Where a subscriber begins: with this state, after this version, or with the state that has yet to be read. */
export type Start = Panel | number | undefined;

/** A subscriber of the panel, and how far they are. */
interface Member {
  readonly subscriber: Subscriber;
  readonly claims: Set<Claim>;
  /** The version sent to them last, while they are not live; undefined when they have yet to get a state. */
  cursor: number | undefined;
  busy: boolean;
  /** Whether they could take no more when there was something to send; nothing is sent to them until they have drained. */
  lagging: boolean;
  /** Whether the panel is there as far as they were told, while they are not live. */
  toldThere: boolean;
}

/**
 * One panel that somebody here follows: one feed for all its subscribers. Those who are as far as the feed are live and
 * share every event; the others read from history on their own until they are. Who cannot take an event is left behind, and
 * begins again with the state of the panel once they can take more.
 */
export class FollowedPanel {
  readonly #feed = new VersionFeed<Change>();
  readonly #members = new Map<Subscriber, Member>();
  readonly #live = new Map<Outlet, Set<Subscriber>>();
  /** Those who have seen more than the feed, which is about to get there. */
  readonly #ahead = new Set<Member>();
  #deleted = false;
  /** Subscriptions that have yet to begin. */
  holds = 0;

  constructor(
    readonly key: PanelKey,
    private readonly reads: FeedReads,
    private readonly observer: CoreObserver,
  ) {}

  /** The version that live subscribers are at; undefined until it is known where the feed begins. */
  get version(): number | undefined {
    return this.#feed.version;
  }

  /** Whether the panel is deleted, as far as the feed knows. */
  get deleted(): boolean {
    return this.#deleted;
  }

  /** Whether nobody needs it. */
  get idle(): boolean {
    return this.holds === 0 && this.#members.size === 0;
  }

  /** Takes a published change. */
  hear(change: Change): void {
    this.#act(this.#feed.hint(change));
  }

  /** Takes it that the store has the panel at a version. */
  reached(version: number): void {
    this.#act(this.#feed.loaded(version));
  }

  /** Compares with history, and helps on those who are stuck because the store was away. */
  check(): void {
    this.#act(this.#feed.check());
    this.resume();
  }

  /** Helps on those who are stuck because the store was away. */
  resume(): void {
    for (const member of this.#members.values()) if (!this.#isLive(member.subscriber)) this.#settle(member);
  }

  /** Goes on with a subscriber who can take more again. */
  drained(subscriber: Subscriber): void {
    const member = this.#members.get(subscriber);
    if (!member?.lagging) return;
    member.lagging = false;
    // What they have missed is not sent one by one.
    if (this.#isBehind(member)) member.cursor = undefined;
    this.#settle(member);
  }

  /** Lets the feed begin at a version, with those who follow the panel's workspace; to be called once. */
  open(version: number, deleted: boolean, subscribers: Iterable<Subscriber>): void {
    this.#deleted = deleted;
    for (const subscriber of subscribers) {
      const member = this.#admit(subscriber, 'workspace');
      if (member) this.#goLive(member);
    }
    this.reached(version);
  }

  /** Whether all that keeps it is that its workspace is followed, and nothing is known of it. */
  get unheardOf(): boolean {
    if (this.holds > 0 || this.#feed.version !== 0) return false;
    // Some may have been told of it already, from the store, while the feed has yet to get there.
    return [...this.#members.values()].every(
      ({ claims, cursor = 0 }) => !claims.has('panel') && cursor === 0,
    );
  }

  /** Lets everybody go. */
  dismiss(): void {
    this.#members.clear();
    this.#live.clear();
    this.#ahead.clear();
  }

  /** Takes a subscriber in; one who follows the panel already goes on as they are. */
  join(subscriber: Subscriber, claim: Claim, start: Start): void {
    const member = this.#admit(subscriber, claim);
    if (!member) return;
    if (typeof start === 'object') {
      member.toldThere = true;
      if (this.#takesMore(member)) this.#sendSync(member, start);
    } else {
      member.cursor = start;
      member.toldThere = start !== undefined && !this.#deleted;
    }
    this.#settle(member);
  }

  /** Lets a subscriber go, unless they follow the panel for another reason too. */
  leave(subscriber: Subscriber, claim: Claim): void {
    const member = this.#members.get(subscriber);
    if (!member?.claims.delete(claim) || member.claims.size > 0) return;
    this.#members.delete(subscriber);
    this.#ahead.delete(member);
    this.#endLive(subscriber);
  }

  #admit(subscriber: Subscriber, claim: Claim): Member | undefined {
    const present = this.#members.get(subscriber);
    if (present) {
      present.claims.add(claim);
      return undefined;
    }
    const member: Member = {
      ...{ subscriber, claims: new Set([claim]), cursor: undefined },
      ...{ busy: false, lagging: false, toldThere: false },
    };
    this.#members.set(subscriber, member);
    return member;
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
    const event: FeedEvent = { kind: 'change', change };
    for (const [outlet, subscribers] of this.#live) {
      for (const subscriber of subscribers)
        if (!subscriber.takesMore()) this.#leaveBehind(subscriber, change);
      if (subscribers.size === 0) continue;
      outlet.send(event, subscribers);
      this.observer.changeDelivered?.(change, subscribers.size);
    }
    this.#deleted = change.changeType === 'deleted';
    for (const member of this.#ahead) if (member.cursor === change.version) this.#goLive(member);
  }

  /** Takes a live subscriber out who cannot take a change. */
  #leaveBehind(subscriber: Subscriber, { previousVersion }: Change): void {
    const member = this.#members.get(subscriber) as Member;
    member.lagging = true;
    member.cursor = previousVersion;
    member.toldThere = previousVersion > 0 && !this.#deleted;
    this.#endLive(subscriber);
  }

  /** Makes a subscriber live, or brings them on towards it. */
  #settle(member: Member): void {
    const version = this.#feed.version;
    if (member.busy || member.lagging || version === undefined) return;
    if (member.cursor === undefined || member.cursor < version) {
      void this.#replay(member);
    } else if (member.cursor === version) {
      this.#goLive(member);
    } else {
      this.#ahead.add(member);
      this.reached(member.cursor);
    }
  }

  /** Sends one subscriber what they have not seen, from the store, until they are as far as the feed. */
  async #replay(member: Member): Promise<void> {
    member.busy = true;
    const wanted = () => this.#isMember(member) && this.#takesMore(member);
    try {
      if (member.cursor === undefined) await this.#sync(member, wanted);
      while (this.#isBehind(member)) {
        const page = await this.reads.changesSince(this.key, member.cursor as number, wanted);
        if (page === unwanted) break;
        // They may have gone, or gone and come back, while it was read.
        if (!this.#isMember(member) || page.length === 0) return;
        if (!this.#sendChanges(member, page)) break;
      }
    } catch (error) {
      this.observer.hintFailed('update', error);
      return;
    } finally {
      member.busy = false;
    }
    if (this.#isMember(member)) this.#settle(member);
  }

  async #sync(member: Member, wanted: () => boolean): Promise<void> {
    const panel = await this.reads.panel(this.key, wanted);
    if (panel === unwanted || !wanted()) return;
    if (panel?.deleted === false) return this.#sendSync(member, panel);
    // Who knows it only as being there gets its deletion, which is the last of its changes.
    member.cursor = panel && member.toldThere ? panel.version - 1 : (panel?.version ?? 0);
    if (panel) this.reached(panel.version);
  }

  /** @returns whether they took all of them */
  #sendChanges(member: Member, changes: readonly Change[]): boolean {
    for (const change of changes) {
      if (!this.#takesMore(member)) return false;
      member.cursor = change.version;
      member.toldThere = change.changeType !== 'deleted';
      this.#send(member, { kind: 'change', change });
    }
    return true;
  }

  #sendSync(member: Member, panel: Panel): void {
    member.cursor = panel.version;
    member.toldThere = true;
    this.#send(member, { kind: 'sync', panel });
  }

  #takesMore(member: Member): boolean {
    if (!member.subscriber.takesMore()) member.lagging = true;
    return !member.lagging;
  }

  #isBehind({ cursor }: Member): boolean {
    return cursor !== undefined && this.#feed.version !== undefined && cursor < this.#feed.version;
  }

  #isMember(member: Member): boolean {
    return this.#members.get(member.subscriber) === member;
  }

  #isLive(subscriber: Subscriber): boolean {
    return this.#live.get(subscriber.outlet)?.has(subscriber) === true;
  }

  #goLive(member: Member): void {
    this.#ahead.delete(member);
    const { outlet } = member.subscriber;
    this.#live.set(outlet, (this.#live.get(outlet) ?? new Set()).add(member.subscriber));
  }

  #endLive(subscriber: Subscriber): void {
    const live = this.#live.get(subscriber.outlet);
    if (live?.delete(subscriber) && live.size === 0) this.#live.delete(subscriber.outlet);
  }

  #send(member: Member, event: FeedEvent): void {
    member.subscriber.outlet.send(event, new Set([member.subscriber]));
  }
}
