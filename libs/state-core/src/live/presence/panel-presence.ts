import type { PanelKey } from '../../panels/model';
import type { LeaseRenewal, LiveObserver, PresenceBoard, PresenceMember } from '../ports';
import type { Followers } from '../subscribers/followers';
import { Recipients } from '../subscribers/recipients';
import type { Subscriber } from '../subscribers/subscriber';
import { Coalescer } from './coalescer';
import type { PresenceCounts, PresenceLimits } from './presence-limits';
import { PresenceState } from './presence-state';

/** What presence is made from. */
export interface PresencePorts {
  readonly board: PresenceBoard;
  readonly observer: LiveObserver;
  readonly limits: PresenceLimits;
  readonly counts: PresenceCounts;
}

/** What a panel needs of its workspace. */
export interface PresenceScope {
  readonly followers: Followers;
  /** Whether the board may be read now; otherwise with the next `renewed`. */
  readonly mayRead: boolean;
  /** Resolves once changes on the board are reported, or cannot be at the moment. */
  listening(): Promise<void>;
  /** Called when the panel may have become empty. */
  onEmpty(panel: PanelPresence): void;
}

/** Presence in one panel: carries out what its `PresenceState` decides. */
export class PanelPresence {
  readonly #state = new PresenceState();
  /** Subscribers that were not writable when something was announced. */
  readonly #lagging = new Set<Subscriber>();
  readonly #coalescer: Coalescer;

  constructor(
    readonly key: PanelKey,
    private readonly ports: PresencePorts,
    private readonly scope: PresenceScope,
  ) {
    const run = () => this.#run();
    this.#coalescer = new Coalescer(ports.limits.pauseMs, run, () => this.#wake());
    this.#wake();
  }

  /** Whether it is not needed: none of ours is present, and it has no followers, or nothing to send to them. */
  get isEmpty(): boolean {
    const { followers } = this.scope;
    const { panelId } = this.key;
    if (!this.#coalescer.isIdle || !this.#state.isOwnEmpty || followers.hasPanel(panelId)) return false;
    return this.#state.announced.length === 0 || followers.ofWhole('presence', panelId).next().done === true;
  }

  /**
   * Sends one subscriber who else is present, unless it is alone: what was announced to the others, so that the next
   * announcement is as new to this one as to them.
   */
  welcome(subscriber: Subscriber): void {
    const { announced } = this.#state;
    const isAlone = announced.every(({ connectionId }) => connectionId === subscriber.id);
    if (!isAlone) this.#send(announced, [subscriber]);
  }

  /** Sends a subscriber what it could not take before. */
  onDrain(subscriber: Subscriber): void {
    if (this.#lagging.delete(subscriber)) this.#send(this.#state.announced, [subscriber]);
  }

  /**
   * Shows one of our connections, in place of what it showed before.
   * @throws ValidationFailed when the connection is present in as many panels as it may
   */
  show(member: PresenceMember): void {
    const { connectionId } = member;
    if (!this.#state.shown.has(connectionId)) this.ports.counts.add(connectionId);
    this.#state.show(member);
    this.#wake();
  }

  /** Takes one of our connections away, where it is shown. */
  hide(connectionId: string): void {
    if (!this.#state.hide(connectionId)) return;
    this.ports.counts.remove(connectionId);
    this.#wake();
  }

  /** Removes a subscriber that does not follow the panel any longer in any way. */
  leave(subscriber: Subscriber): void {
    this.hide(subscriber.id);
    this.#lagging.delete(subscriber);
  }

  /** Takes it that the board has something new. */
  boardChanged(): void {
    this.#state.boardChanged();
    this.#wake();
  }

  /** Goes on with what the board did not answer, or has lost. */
  renewed(renewal: LeaseRenewal, now: number): void {
    this.#state.renewed(renewal, now);
    this.#wake();
  }

  /** Takes all of our connections away, at once. Never fails. */
  async close(): Promise<void> {
    this.#coalescer.stop();
    const { shown } = this.#state;
    if (shown.size === 0) return;
    for (const connectionId of [...shown.keys()]) this.hide(connectionId);
    await this.ports.board.put(this.key, []).catch(() => undefined);
  }

  #wake(): void {
    if (this.#state.isDue(this.scope.mayRead)) this.#coalescer.request();
    else if (this.isEmpty) this.scope.onEmpty(this);
  }

  async #run(): Promise<void> {
    const own = this.#state.beginWrite();
    // Not waited for: a slow board holds up no announcement, and no write begins before this one has ended.
    if (own) void this.#write(own);
    if (this.scope.mayRead && this.#state.beginRead()) await this.#read();
    const announcement = this.#state.announce();
    if (!announcement) return;
    const { members, only } = announcement;
    const audience = new Set(this.scope.followers.ofPresence(this.key.panelId));
    this.#send(
      members,
      [...audience].filter(({ id }) => id !== only),
    );
  }

  async #write(own: readonly PresenceMember[]): Promise<void> {
    try {
      await this.ports.board.put(this.key, own);
      this.#state.writeEnded(Date.now());
    } catch (error) {
      this.#failed('write', error);
    }
    this.#wake();
  }

  async #read(): Promise<void> {
    try {
      await this.scope.listening();
      this.#state.readEnded(await this.ports.board.others(this.key));
    } catch (error) {
      this.#failed('read', error);
    }
  }

  #failed(transfer: 'write' | 'read', error: unknown): void {
    this.#state.failed(transfer);
    this.ports.observer.hintFailed('presence', error);
  }

  #send(members: readonly PresenceMember[], to: Iterable<Subscriber>): void {
    const subscribers = [...to];
    for (const subscriber of subscribers) this.#lagging.delete(subscriber);
    const { unwritable } = new Recipients(subscribers).send({ kind: 'presence', key: this.key, members });
    for (const subscriber of unwritable) this.#lagging.add(subscriber);
  }
}
