import { PanelNotFound } from '../../errors';
import type { Change, WorkspaceKey } from '../../panels/model';
import type { UpdateListener } from '../../ports';
import type { WorkspaceEvent } from '../../workspaces';
import { once } from '../../concurrency/once';
import { type FeedPorts, FeedReads } from './feed-ports';
import { FollowedPanel, type Start } from './followed-panel';
import type { Following, Outlet, Subscriber } from './subscriber';

/** Up to so many panels are compared with history one by one; more are listed. */
const fewPanels = 16;

/** What of a workspace somebody gets to see. */
export interface Reach {
  /** Whether they see a panel. */
  readonly panel: (panelId: string) => boolean;
  /** Whether they see all there is, and so what happens to the workspace as a whole. */
  readonly whole: boolean;
}

/** One workspace that somebody here follows, whole or in parts: listens once, for all of them. */
export class FollowedWorkspace implements UpdateListener {
  readonly #panels = new Map<string, FollowedPanel>();
  readonly #whole = new Map<Subscriber, Reach>();
  #listening: Promise<void> | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  /** Subscriptions, begun or not; of them, those of the whole workspace. */
  #holds = 0;
  #wholeHolds = 0;
  /** Counts how often somebody began to follow the whole where nobody did. */
  #era = 0;
  /** Whether every panel there ever was has a feed here, so that one without begins with version 1. */
  #surveyed = false;
  #closed = false;

  /** @param onIdle told when nobody needs it any longer */
  constructor(
    readonly key: WorkspaceKey,
    private readonly ports: FeedPorts,
    private readonly reads: FeedReads,
    private readonly onIdle: () => void,
  ) {}

  /** See `WorkspaceFeeds.followPanel`. */
  async followPanel(
    panelId: string,
    subscriber: Subscriber,
    version: number | undefined,
  ): Promise<Following> {
    this.#holds++;
    // There before it is read, so that what is published meanwhile is heard.
    const followed = this.#panelOf(panelId);
    followed.holds++;
    const stop = once(() => {
      followed.holds--;
      followed.leave(subscriber, 'panel');
      this.#forgetIfIdle(followed);
      this.#release();
    });
    try {
      await this.#listen();
      const panel = await this.reads.panel(followed.key);
      if (!panel || (panel.deleted && version === undefined)) throw new PanelNotFound(panelId);
      const seen = version !== undefined && version <= panel.version;
      const start: Start = seen ? version : panel.deleted ? panel.version : panel;
      followed.reached(panel.version);
      return { version: panel.version, begin: () => followed.join(subscriber, 'panel', start), stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** See `WorkspaceFeeds.followWorkspace`. */
  async followWhole(subscriber: Subscriber, reach: Reach): Promise<Following> {
    this.#holds++;
    if (this.#wholeHolds++ === 0) this.#era++;
    const release = once(() => {
      this.#wholeHolds--;
      if (this.#wholeHolds === 0) this.#forgetIdlePanels();
      this.#release();
    });
    try {
      await this.#listen();
      await this.#survey();
    } catch (error) {
      release();
      throw error;
    }
    const stop = once(() => {
      this.#whole.delete(subscriber);
      for (const panel of this.#panels.values()) panel.leave(subscriber, 'workspace');
      release();
    });
    const begin = () => {
      this.#whole.set(subscriber, reach);
      for (const panel of this.#panels.values()) {
        if (!reach.panel(panel.key.panelId)) continue;
        panel.join(subscriber, 'workspace', panel.deleted ? panel.version : undefined);
      }
    };
    return { version: undefined, begin, stop };
  }

  heard(change: Change): void {
    const { panelId } = change.key;
    const panel = this.#wholeHolds > 0 ? this.#panelOf(panelId) : this.#panels.get(panelId);
    panel?.hear(change);
  }

  told(event: WorkspaceEvent): void {
    const outlets = new Map<Outlet, Set<Subscriber>>();
    for (const [subscriber, { whole }] of this.#whole) {
      // Nobody repairs it, and it is no reason to let a backlog grow.
      if (!whole || !subscriber.takesMore()) continue;
      outlets.set(subscriber.outlet, (outlets.get(subscriber.outlet) ?? new Set()).add(subscriber));
    }
    for (const [outlet, to] of outlets) outlet.send({ kind: 'workspace', event }, to);
  }

  missed(): void {
    void this.sweep();
  }

  /** See `WorkspaceFeeds.drained`. */
  drained(subscriber: Subscriber): void {
    for (const panel of this.#panels.values()) panel.drained(subscriber);
  }

  /** Finds what was never heard of. Never fails; what could not be asked now is asked the next time. */
  async sweep(): Promise<void> {
    await this.#listen();
    try {
      if (this.#wholeHolds > 0 || this.#panels.size > fewPanels) await this.#survey();
      else for (const panel of this.#panels.values()) panel.check();
    } catch (error) {
      this.ports.observer.hintFailed('update', error);
    }
    for (const panel of this.#panels.values()) panel.resume();
  }

  /** Leaves the bus; nothing is heard afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#listening;
    await this.#stopListening?.();
  }

  /** Compares every panel of the workspace with the store, by their versions. */
  async #survey(): Promise<void> {
    const era = this.#wholeHolds > 0 ? this.#era : undefined;
    for await (const { panelId, version, deleted } of this.reads.heads(this.key)) {
      const whole = this.#wholeHolds > 0 && era === this.#era;
      const panel = whole ? this.#panelOf(panelId) : this.#panels.get(panelId);
      if (panel?.version !== undefined) panel.reached(version);
      else if (panel && whole) this.#open(panel, version, deleted);
    }
    // Of what was compared for those before, some may have been forgotten since.
    if (this.#surveyed || this.#wholeHolds === 0 || era !== this.#era) return;
    this.#surveyed = true;
    for (const panel of this.#panels.values()) if (panel.version === undefined) this.#open(panel, 0, false);
  }

  #open(panel: FollowedPanel, version: number, deleted: boolean): void {
    const reaching = [...this.#whole].filter(([, reach]) => reach.panel(panel.key.panelId));
    const subscribers = reaching.map(([subscriber]) => subscriber);
    panel.open(version, deleted, subscribers);
  }

  #listen(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#listening ??= this.ports.bus.subscribe(this.key, this).then(
      (stop) => void (this.#stopListening = stop),
      (error: unknown) => {
        // The sweep tries again, and stands in for the bus until then.
        this.#listening = undefined;
        this.ports.observer.hintFailed('update', error);
      },
    );
    return this.#listening;
  }

  #panelOf(panelId: string): FollowedPanel {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const panel = new FollowedPanel({ ...this.key, panelId }, this.reads, this.ports.observer);
    this.#panels.set(panelId, panel);
    if (this.#surveyed) this.#open(panel, 0, false);
    return panel;
  }

  #forgetIdlePanels(): void {
    this.#surveyed = false;
    for (const panel of this.#panels.values()) this.#forgetIfIdle(panel);
  }

  #forgetIfIdle(panel: FollowedPanel): void {
    if (this.#surveyed && panel.unheardOf) panel.dismiss();
    else if (this.#wholeHolds > 0) return;
    if (panel.idle && this.#panels.get(panel.key.panelId) === panel) this.#panels.delete(panel.key.panelId);
  }

  #release(): void {
    this.#holds--;
    if (this.#holds === 0) this.onIdle();
  }
}
