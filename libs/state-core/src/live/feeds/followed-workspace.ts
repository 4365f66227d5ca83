import { LazyResource } from '../../concurrency';
import { PanelNotFound } from '../../errors';
import type { Change, PanelKey, WorkspaceKey } from '../../panels/model';
import type { UpdateBus, UpdateListener } from '../../ports';
import type { WorkspaceEvent } from '../../workspaces';
import type { LiveObserver } from '../ports';
import type { Followers, Following } from '../subscribers/followers';
import { Recipients } from '../subscribers/recipients';
import type { Reach, Subscriber } from '../subscribers/subscriber';
import type { FeedReads } from './feed-reads';
import { FollowedPanel, type Start } from './followed-panel';
import { FollowedRevisions } from './followed-revisions';

/** Up to so many panels are compared with history one by one; more are listed. */
const fewPanels = 16;

/** What the updates of a workspace are made from. */
export interface FeedPorts {
  readonly reads: FeedReads;
  readonly bus: UpdateBus;
  readonly observer: LiveObserver;
}

/** Where a subscription begins. */
export interface Opened {
  /** The version that the panel is at; undefined for a whole workspace. */
  readonly version: number | undefined;
  /** The revision that a whole workspace begins at; undefined for a panel. */
  readonly revision?: number | undefined;

  /** Sends what the subscriber begins with, and lets updates flow; to be called once the following is live. */
  join(): void;
}

/**
 * The updates of one workspace that is followed here, whole or in parts: one listener on the bus for all followers. Those of a
 * panel get its changes in the order of its versions (`FollowedPanel`), those of the whole all changes in the order of revisions
 * (`FollowedRevisions`). A subscriber that follows both gets the panel through the whole.
 */
export class FollowedWorkspace implements UpdateListener {
  readonly #panels = new Map<string, FollowedPanel>();
  readonly #listening: LazyResource;
  /** Undefined while only some panels are followed. */
  #whole: FollowedRevisions | undefined;

  /** @param followers what is followed of the workspace, kept by the caller */
  constructor(
    private readonly key: WorkspaceKey,
    private readonly ports: FeedPorts,
    private readonly followers: Followers,
  ) {
    this.#listening = new LazyResource(
      () => ports.bus.subscribe(key, this),
      // The sweep tries again, and takes the place of the bus until then.
      (error) => ports.observer.hintFailed('update', error),
    );
  }

  /**
   * Opens a subscription to one panel, which is among the followers already.
   * @param version the version seen last; see `LiveHub.follow`
   * @throws PanelNotFound, Unavailable
   */
  async openPanel({ subscriber }: Following, panelId: string, version: number | undefined): Promise<Opened> {
    // There before the panel is read, so that it takes what is published meanwhile.
    const followed = this.#panelOf(panelId);
    await this.#listening.open();
    const panel = await this.ports.reads.panel(followed.key);
    if (!panel || (panel.deleted && version === undefined)) throw new PanelNotFound(panelId);
    const isSeen = version !== undefined && version <= panel.version;
    const start: Start = isSeen ? version : panel.deleted ? panel.version : panel;
    followed.reached(panel.version);
    const join = () => {
      if (!this.#whole?.brings(panelId, subscriber)) followed.join(subscriber, start);
    };
    return { version: panel.version, join };
  }

  /**
   * Opens a subscription to every panel, which is among the followers already.
   * @param seen the revision seen last; see `LiveHub.follow`
   * @throws Unavailable
   */
  async openWhole({ subscriber, reach }: Following, seen: number | undefined): Promise<Opened> {
    const { reads, observer } = this.ports;
    const whole = (this.#whole ??= new FollowedRevisions(this.key, reads, observer));
    await this.#listening.open();
    const newest = await reads.revision(this.key);
    whole.open(newest);
    const goesOn = seen !== undefined && seen <= newest;
    const panels = goesOn ? [] : await reads.heads(this.key);
    const start = { revision: goesOn ? seen : newest, panels };
    const join = () => whole.join(subscriber, reach, start, this.#handOver(subscriber, reach));
    return { version: undefined, revision: start.revision, join };
  }

  /** Takes a subscriber out of the panels that it gets through the whole from now on. @returns the versions that it has of them */
  #handOver(subscriber: Subscriber, reach: Reach): ReadonlyMap<string, number> {
    const seen = new Map<string, number>();
    for (const [panelId, panel] of this.#panels) {
      const version = reach.panel(panelId) ? panel.handOver(subscriber) : undefined;
      if (version !== undefined) seen.set(panelId, version);
    }
    return seen;
  }

  /** Lets a subscriber go where it gets no updates any longer; its following has just ended, or was replaced. */
  leave({ subscriber, panelId }: Following): void {
    if (panelId === undefined) this.#leaveWhole(subscriber);
    else this.#leavePanel(subscriber, panelId);
  }

  #leavePanel(subscriber: Subscriber, panelId: string): void {
    const panel = this.#panels.get(panelId);
    if (!panel) return;
    if (!this.followers.gets('updates', panelId, subscriber)) panel.leave(subscriber);
    if (panel.isIdle && !this.followers.hasPanel(panelId)) this.#panels.delete(panelId);
  }

  #leaveWhole(subscriber: Subscriber): void {
    if (!this.followers.getsWhole(subscriber)) this.#whole?.leave(subscriber);
    // What it got through the whole, and follows by itself, too, begins anew with the state.
    for (const [panelId, panel] of this.#panels) {
      const isOwn = !this.#whole?.brings(panelId, subscriber);
      if (isOwn && this.followers.gets('updates', panelId, subscriber)) panel.join(subscriber, undefined);
    }
    if (this.followers.hasWhole) return;
    this.#whole?.close();
    this.#whole = undefined;
  }

  onChange(change: Change, alone: boolean): void {
    this.#panels.get(change.key.panelId)?.onChange(change);
    this.#whole?.onChange(change, alone);
  }

  onReached({ panelId }: PanelKey, version: number, revision: number | undefined): void {
    this.#panels.get(panelId)?.onReached(version);
    if (revision === undefined) void this.#sweepWhole();
    else this.#whole?.onReached(revision);
  }

  onEvent(event: WorkspaceEvent): void {
    // Those that are not writable do without: it is repaired by nothing, and must not let a backlog grow.
    new Recipients(this.followers.ofEvents()).send({ kind: 'workspace', event });
  }

  onGap(): void {
    void this.sweep();
  }

  /** See `LiveHub.onDrain`. */
  onDrain(subscriber: Subscriber): void {
    for (const panel of this.#panels.values()) panel.onDrain(subscriber);
    this.#whole?.onDrain(subscriber);
  }

  /** Finds what was not published. Never fails; what could not be read is read by the next sweep. */
  async sweep(): Promise<void> {
    await this.#listening.open();
    try {
      if (this.#panels.size > fewPanels) await this.#comparePanels();
      else for (const panel of this.#panels.values()) panel.check();
    } catch (error) {
      this.ports.observer.hintFailed('update', error);
    }
    for (const panel of this.#panels.values()) panel.resume();
    await this.#sweepWhole();
  }

  async #sweepWhole(): Promise<void> {
    await this.#whole?.sweep().catch((error: unknown) => this.ports.observer.hintFailed('update', error));
  }

  /** Leaves the bus; nothing is received afterwards. */
  close(): Promise<void> {
    this.#whole?.close();
    return this.#listening.close();
  }

  /** Compares the followed panels with the store, by the versions of all. */
  async #comparePanels(): Promise<void> {
    const heads = await this.ports.reads.heads(this.key);
    for (const { panelId, version } of heads) this.#panels.get(panelId)?.reached(version);
  }

  #panelOf(panelId: string): FollowedPanel {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const { reads, observer } = this.ports;
    const panel = new FollowedPanel({ ...this.key, panelId }, reads, observer);
    this.#panels.set(panelId, panel);
    return panel;
  }
}
