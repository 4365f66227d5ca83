import type { WorkspaceKey } from '../../panels/model';
import type { LeaseNews, PresenceListener, PresenceMember } from '../../ports';
import type { Reach, Subscriber } from '../feeds';
import { once } from '../../concurrency/once';
import { PanelPresence, type PresenceScope } from './panel-presence';
import type { PresenceCounts, PresenceLimits, PresencePorts } from './presence-ports';

/** After the board was away, the other gateways get so many turns to show theirs again before they are missed. */
const graceTurns = 2;

interface WholeFollower {
  reach: Reach;
  count: number;
}

/** Who is present in the panels of one workspace that somebody here follows, whole or in parts. */
export class WorkspacePresence implements PresenceListener, PresenceScope {
  readonly #panels = new Map<string, PanelPresence>();
  readonly #whole = new Map<Subscriber, WholeFollower>();
  #follows = 0;
  #listening: Promise<void> | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  /** Whether the board has yet to be asked for panels that nobody here has heard of. */
  #toDiscover = false;
  #grace = 0;
  #closed = false;

  /** @param onIdle told when nobody needs it any longer */
  constructor(
    readonly key: WorkspaceKey,
    private readonly ports: PresencePorts,
    private readonly limits: PresenceLimits,
    private readonly counts: PresenceCounts,
    private readonly onIdle: () => void,
  ) {}

  /** See `Presence.followPanel`. */
  followPanel(panelId: string, subscriber: Subscriber): () => void {
    this.#follows++;
    const panel = this.#panelOf(panelId);
    panel.follow(subscriber);
    return once(() => {
      panel.unfollow(subscriber);
      if (!this.isFollowing(panelId, subscriber)) panel.forget(subscriber);
      this.#release();
    });
  }

  /** See `Presence.followWorkspace`. */
  followWhole(subscriber: Subscriber, reach: Reach): () => void {
    this.#follows++;
    const standing = this.#whole.get(subscriber);
    this.#whole.set(subscriber, { reach, count: (standing?.count ?? 0) + 1 });
    for (const panel of this.#panels.values()) if (reach.panel(panel.key.panelId)) panel.welcome(subscriber);
    this.#toDiscover = true;
    void this.#discover();
    return once(() => {
      const follower = this.#whole.get(subscriber) as WholeFollower;
      if (--follower.count === 0) this.#whole.delete(subscriber);
      for (const panel of this.#panels.values()) {
        if (!this.isFollowing(panel.key.panelId, subscriber)) panel.forget(subscriber);
      }
      this.#release();
    });
  }

  /** Whether a subscriber gets to see who is present in a panel. */
  isFollowing(panelId: string, subscriber: Subscriber): boolean {
    const whole = this.#whole.get(subscriber)?.reach.panel(panelId) === true;
    return whole || this.#panels.get(panelId)?.hasFollower(subscriber) === true;
  }

  /** Shows a connection in a panel that it follows. */
  show(panelId: string, subscriber: Subscriber, member: PresenceMember): void {
    this.#panelOf(panelId).show(subscriber, member);
  }

  /** Takes a connection away from a panel. */
  hide(panelId: string, subscriber: Subscriber): void {
    this.#panels.get(panelId)?.hide(subscriber);
  }

  /** See `Presence.drained`. */
  drained(subscriber: Subscriber): void {
    for (const panel of this.#panels.values()) panel.drained(subscriber);
  }

  changed(panelId: string): void {
    const known = this.#panels.get(panelId);
    if (known) known.changed();
    else if (this.isWhole(panelId)) this.#panelOf(panelId);
  }

  missed(): void {
    this.#grace = graceTurns;
    this.#toDiscover = true;
    for (const panel of this.#panels.values()) panel.changed();
  }

  /** See `Presence.tick`. */
  tick(news: LeaseNews, now: number): void {
    if (this.#grace > 0) this.#grace--;
    void this.listening();
    void this.#discover();
    for (const panel of [...this.#panels.values()]) panel.retry(news, now);
  }

  /** Takes everything away that our connections show, and leaves the board. Never fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#panels.values()].map((panel) => panel.close()));
    await this.#listening;
    await this.#stopListening?.();
  }

  get reads(): boolean {
    return this.#grace === 0 && !this.#closed;
  }

  listening(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#listening ??= this.ports.board.listen(this.key, this).then(
      (stop) => void (this.#stopListening = stop),
      (error: unknown) => {
        this.#listening = undefined;
        // What is read meanwhile is not to be trusted: nobody tells of what comes after.
        this.missed();
        this.ports.observer.hintFailed('presence', error);
      },
    );
    return this.#listening;
  }

  *whole(panelId: string): Generator<Subscriber> {
    for (const [subscriber, { reach }] of this.#whole) if (reach.panel(panelId)) yield subscriber;
  }

  isWhole(panelId: string): boolean {
    return [...this.#whole.values()].some(({ reach }) => reach.panel(panelId));
  }

  settled(panel: PanelPresence): void {
    if (this.#panels.get(panel.key.panelId) === panel) this.#panels.delete(panel.key.panelId);
    this.#closeIfIdle();
  }

  #panelOf(panelId: string): PanelPresence {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const key = { ...this.key, panelId };
    const panel = new PanelPresence(key, this.ports, this.limits, this.counts, this);
    this.#panels.set(panelId, panel);
    return panel;
  }

  /** Finds the panels in which only others are present, for those who follow the whole. */
  async #discover(): Promise<void> {
    if (!this.#toDiscover || this.#whole.size === 0 || !this.reads) return;
    this.#toDiscover = false;
    try {
      await this.listening();
      for (const panelId of await this.ports.board.panels(this.key)) {
        if (!this.#closed && this.isWhole(panelId)) this.#panelOf(panelId);
      }
    } catch (error) {
      this.#toDiscover = true;
      this.ports.observer.hintFailed('presence', error);
    }
  }

  #release(): void {
    this.#follows--;
    for (const panel of [...this.#panels.values()]) if (panel.empty) this.#panels.delete(panel.key.panelId);
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#follows > 0 || this.#panels.size > 0 || this.#closed) return;
    this.onIdle();
  }
}
