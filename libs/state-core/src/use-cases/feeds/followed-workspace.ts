import { PanelNotFound } from '../../errors';
import type { Change, WorkspaceKey } from '../../panel';
import type { PanelSummary, UpdateListener } from '../../ports';
import { type FeedPorts, FeedReads } from './feed-ports';
import { FollowedPanel, type Start } from './followed-panel';
import type { Following, Subscriber } from './subscriber';

/** Panels listed at once. */
const listSize = 1000;
/** Up to so many panels are compared with history one by one; more are listed. */
const fewPanels = 16;

/** Which panels of a workspace somebody gets to see. */
export type Reach = (panelId: string) => boolean;

/** One workspace that somebody here follows, whole or in parts: listens once, for all of them. */
export class FollowedWorkspace implements UpdateListener {
  readonly #panels = new Map<string, FollowedPanel>();
  readonly #whole = new Map<Subscriber, Reach>();
  /** New panels that those who follow the whole workspace have yet to follow, too. */
  readonly #unopened = new Set<FollowedPanel>();
  #listening: Promise<void> | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  /** Subscriptions, begun or not; of them, those of the whole workspace. */
  #holds = 0;
  #wholeHolds = 0;
  /** Counts how often somebody began to follow the whole where nobody did. */
  #era = 0;
  /** Whether every panel there is has a feed here, so that one without is new. */
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
      if (this.#wholeHolds === 0) this.#forgetIfIdle(followed);
      this.#release();
    });
    try {
      await this.#listen();
      const panel = await this.reads.panel(followed.key);
      if (!panel || (panel.deleted && version === undefined)) throw new PanelNotFound(panelId);
      const seen = version !== undefined && version <= panel.version;
      const start: Start = seen ? version : panel.deleted ? panel.version : panel;
      followed.reached(panel.version);
      if (this.#surveyed && this.#unopened.has(followed)) void this.#find(followed);
      return { version: panel.version, begin: () => followed.join(subscriber, 'panel', start), stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** See `WorkspaceFeeds.followWorkspace`. */
  async followWhole(subscriber: Subscriber, reach: Reach): Promise<Following> {
    this.#holds++;
    if (this.#wholeHolds++ === 0) {
      this.#era++;
      this.#awaitUnknownPanels();
    }
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
        if (this.#unopened.has(panel) || !reach(panel.key.panelId)) continue;
        panel.join(subscriber, 'workspace', panel.deleted ? panel.version : undefined);
      }
    };
    return { version: undefined, begin, stop };
  }

  heard(change: Change): void {
    const known = this.#panels.get(change.key.panelId);
    if (!known && this.#wholeHolds === 0) return;
    const panel = known ?? this.#panelOf(change.key.panelId);
    if (this.#surveyed && this.#unopened.has(panel)) {
      if (change.changeType === 'created') this.#open(panel, change.version - 1);
      else if (!known) void this.#find(panel);
    }
    panel.hear(change);
  }

  missed(): void {
    void this.sweep();
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
    const listed = new Set<string>();
    const [whole, era] = [this.#wholeHolds > 0, this.#era];
    for await (const { panelId, version } of this.#list()) {
      listed.add(panelId);
      const panel = this.#wholeHolds > 0 ? this.#panelOf(panelId) : this.#panels.get(panelId);
      // Before the first survey is complete, nobody follows the whole yet, so nobody misses how a panel came to be.
      if (panel && this.#unopened.has(panel) && !this.#surveyed) this.#open(panel, version);
      else if (panel?.version !== undefined) panel.reached(version);
    }
    // Of what was listed for those before, some may have been forgotten since.
    if (this.#wholeHolds > 0 && !(whole && era === this.#era)) return;
    this.#surveyed = this.#wholeHolds > 0;
    for (const panel of this.#panels.values()) {
      if (this.#unopened.has(panel)) void this.#find(panel);
      else if (!listed.has(panel.key.panelId) && !panel.deleted) panel.check();
    }
  }

  async *#list(): AsyncGenerator<PanelSummary> {
    let after: string | undefined;
    do {
      const page: readonly PanelSummary[] = await this.ports.store.list(this.key, { limit: listSize, after });
      yield* page;
      after = page.length < listSize ? undefined : page.at(-1)?.panelId;
    } while (after !== undefined);
  }

  /** Finds out where the feed of a panel begins that was not there before. */
  async #find(panel: FollowedPanel): Promise<void> {
    try {
      const now = await this.reads.panel(panel.key);
      if (!now) return this.#dropNeverCreated(panel);
      const start = now.deleted ? now.version : await this.reads.beforeCreation(panel.key);
      if (this.#unopened.has(panel)) this.#open(panel, start);
      panel.reached(now.version);
    } catch (error) {
      this.ports.observer.hintFailed('update', error);
    }
  }

  #open(panel: FollowedPanel, version: number): void {
    this.#unopened.delete(panel);
    const reaching = [...this.#whole].filter(([, reach]) => reach(panel.key.panelId));
    panel.open(
      version,
      reaching.map(([subscriber]) => subscriber),
    );
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
    if (this.#wholeHolds > 0) this.#unopened.add(panel);
    return panel;
  }

  #awaitUnknownPanels(): void {
    for (const panel of this.#panels.values()) if (panel.version === undefined) this.#unopened.add(panel);
  }

  #dropNeverCreated(panel: FollowedPanel): void {
    if (!panel.idle || !this.#unopened.delete(panel)) return;
    this.#panels.delete(panel.key.panelId);
  }

  #forgetIdlePanels(): void {
    this.#surveyed = false;
    this.#unopened.clear();
    for (const panel of this.#panels.values()) this.#forgetIfIdle(panel);
  }

  #forgetIfIdle(panel: FollowedPanel): void {
    if (panel.idle && this.#panels.get(panel.key.panelId) === panel) this.#panels.delete(panel.key.panelId);
  }

  #release(): void {
    this.#holds--;
    if (this.#holds === 0) this.onIdle();
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
