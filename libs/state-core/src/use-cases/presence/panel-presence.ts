import type { PanelKey } from '../../panels/model';
import type { LeaseNews, PresenceMember } from '../../ports';
import type { Outlet, PresenceEvent, Subscriber } from '../feeds';
import type { PresenceCounts, PresenceLimits, PresencePorts } from './presence-ports';

/** After so long, what is shown is put onto the board again: less than the board keeps it. */
const putAgainMs = 120_000;

/** What a panel asks of its workspace. */
export interface PresenceScope {
  /** Settles when changes on the board are heard from now on, or cannot be for the moment. */
  listening(): Promise<void>;
  /** Whether changes on the board are to be read at once, or later with `retry`. */
  readonly reads: boolean;
  /** Those who follow the whole workspace and get to see this panel. */
  whole(panelId: string): Iterable<Subscriber>;
  /** Whether anybody does. */
  isWhole(panelId: string): boolean;
  /** Told when nobody may need the panel any longer. */
  settled(panel: PanelPresence): void;
}

/**
 * Who is present in one panel: what our own connections show, and what was read of the other gateways'. Whatever changes,
 * the followers are told of the newest, at most once in a pause; the board is read and written no more often.
 */
export class PanelPresence {
  readonly #own = new Map<Subscriber, PresenceMember>();
  #others: readonly PresenceMember[] = [];
  /** Those who follow this very panel, and how often. */
  readonly #followers = new Map<Subscriber, number>();
  /** Who was present when the followers were told last, and as text by connection. */
  #told: readonly PresenceMember[] = [];
  #toldTexts: ReadonlyMap<string, string> = new Map();
  /** Those who could take no more when there was something to tell. */
  readonly #owed = new Set<Subscriber>();
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #putting = false;
  #toTell = false;
  #toPut = false;
  #toRead = true;
  /** Whether the board failed, so that it is not asked before `retry`. */
  #stuck = false;
  #ranAt = -Infinity;
  #putAt = 0;

  constructor(
    readonly key: PanelKey,
    private readonly ports: PresencePorts,
    private readonly limits: PresenceLimits,
    private readonly counts: PresenceCounts,
    private readonly scope: PresenceScope,
  ) {
    this.#wake();
  }

  /** Whether nobody needs it: none of ours is in it, and there is nobody to tell, or nothing to tell them of. */
  get empty(): boolean {
    const still = !this.#running && !this.#putting && !this.#toPut && this.#timer === undefined;
    if (!still || this.#own.size > 0 || this.#followers.size > 0) return false;
    return this.#told.length === 0 || !this.scope.isWhole(this.key.panelId);
  }

  /** Whether a subscriber follows this very panel. */
  hasFollower(subscriber: Subscriber): boolean {
    return this.#followers.has(subscriber);
  }

  /** Takes a follower in, and tells them who is present. */
  follow(subscriber: Subscriber): void {
    this.#followers.set(subscriber, (this.#followers.get(subscriber) ?? 0) + 1);
    this.welcome(subscriber);
  }

  /** Lets a follower go who has asked for it as often as they followed. */
  unfollow(subscriber: Subscriber): void {
    const count = (this.#followers.get(subscriber) ?? 0) - 1;
    if (count > 0) this.#followers.set(subscriber, count);
    else this.#followers.delete(subscriber);
  }

  /**
   * Tells one subscriber who else is present, if anybody is: what the others were told, so that whatever is told next is as
   * new to this one as to them.
   */
  welcome(subscriber: Subscriber): void {
    const isAlone = this.#told.every(({ connectionId }) => connectionId === subscriber.id);
    if (!isAlone) this.#send(this.#told, [subscriber]);
  }

  /** Tells a subscriber what they could not take before. */
  drained(subscriber: Subscriber): void {
    if (this.#owed.delete(subscriber)) this.#send(this.#told, [subscriber]);
  }

  /**
   * Shows one of our connections, in place of what it showed before.
   * @throws ValidationFailed when the connection is present in as many panels as it may
   */
  show(subscriber: Subscriber, member: PresenceMember): void {
    if (!this.#own.has(subscriber)) this.counts.add(subscriber);
    this.#own.set(subscriber, member);
    this.#ownChanged();
  }

  /** Takes one of our connections away, where it is shown. */
  hide(subscriber: Subscriber): void {
    if (!this.#own.delete(subscriber)) return;
    this.counts.remove(subscriber);
    this.#ownChanged();
  }

  /** Forgets somebody who does not follow the panel any longer in any way. */
  forget(subscriber: Subscriber): void {
    this.hide(subscriber);
    this.#owed.delete(subscriber);
  }

  /** Takes it that the board has something new. */
  changed(): void {
    this.#toRead = true;
    this.#wake();
  }

  /** Goes on with what the board could not be asked, or has lost. */
  retry({ fresh, othersGone }: LeaseNews, now: number): void {
    this.#stuck = false;
    if (fresh) this.#toPut = this.#own.size > 0;
    else if (this.#own.size > 0 && now - this.#putAt > putAgainMs) this.#toPut = true;
    if (othersGone && this.#others.length > 0) this.#toRead = true;
    this.#wake();
  }

  /** Takes all of our connections away, at once. Never fails. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#own.size === 0) return;
    for (const subscriber of this.#own.keys()) this.counts.remove(subscriber);
    this.#own.clear();
    await this.ports.board.put(this.key, []).catch(() => undefined);
  }

  #ownChanged(): void {
    this.#toTell = true;
    this.#toPut = true;
    this.#wake();
  }

  get #mayAsk(): boolean {
    return !this.#stuck && ((this.#toPut && !this.#putting) || (this.#toRead && this.scope.reads));
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#running) return;
    if (!this.#toTell && !this.#mayAsk) {
      if (this.empty) this.scope.settled(this);
      return;
    }
    const wait = Math.max(0, this.#ranAt + this.limits.pauseMs - Date.now());
    this.#timer = setTimeout(() => void this.#run(), wait);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#running = true;
    this.#ranAt = Date.now();
    if (this.#toPut && !this.#putting && !this.#stuck) void this.#put();
    if (this.#toRead && !this.#stuck && this.scope.reads) await this.#read();
    this.#tell();
    this.#running = false;
    this.#wake();
  }

  async #put(): Promise<void> {
    this.#putting = true;
    this.#toPut = false;
    try {
      await this.ports.board.put(this.key, [...this.#own.values()]);
      this.#putAt = Date.now();
    } catch (error) {
      this.#toPut = true;
      this.#failed(error);
    }
    this.#putting = false;
    this.#wake();
  }

  async #read(): Promise<void> {
    this.#toRead = false;
    try {
      await this.scope.listening();
      this.#others = await this.ports.board.others(this.key);
    } catch (error) {
      this.#toRead = true;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#stuck = true;
    this.ports.observer.hintFailed('presence', error);
  }

  /** Tells the followers, when there is something new; nobody is told of nothing but themselves. */
  #tell(): void {
    this.#toTell = false;
    const members = this.#members();
    const now = new Map(members.map((member) => [member.connectionId, JSON.stringify(member)]));
    const changed = [...new Set([...now.keys(), ...this.#toldTexts.keys()])].filter(
      (id) => now.get(id) !== this.#toldTexts.get(id),
    );
    if (changed.length === 0) return;
    [this.#told, this.#toldTexts] = [members, now];
    const [only] = changed.length === 1 ? changed : [];
    const audience = new Set([...this.#followers.keys(), ...this.scope.whole(this.key.panelId)]);
    this.#send(
      members,
      [...audience].filter(({ id }) => id !== only),
    );
  }

  #members(): readonly PresenceMember[] {
    const all = [...this.#own.values(), ...this.#others];
    return all.sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  }

  #send(members: readonly PresenceMember[], to: Iterable<Subscriber>): void {
    const event: PresenceEvent = { kind: 'presence', key: this.key, members };
    const ready = new Map<Outlet, Set<Subscriber>>();
    for (const subscriber of to) {
      if (!subscriber.takesMore()) {
        this.#owed.add(subscriber);
        continue;
      }
      this.#owed.delete(subscriber);
      const { outlet } = subscriber;
      ready.set(outlet, (ready.get(outlet) ?? new Set()).add(subscriber));
    }
    for (const [outlet, subscribers] of ready) outlet.send(event, subscribers);
  }
}
