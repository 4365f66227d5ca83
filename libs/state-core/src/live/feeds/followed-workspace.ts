import { LazyResource } from '../../concurrency';
import { PanelNotFound } from '../../errors';
import type { Change, PanelKey, WorkspaceKey } from '../../panels/model';
import type { UpdateBus, UpdateListener } from '../../ports';
import type { WorkspaceEvent } from '../../workspaces';
import type { LiveObserver } from '../ports';
import type { Followers, Following } from '../subscribers/followers';
import { Recipients } from '../subscribers/recipients';
import type { Subscriber } from '../subscribers/subscriber';
import type { FeedReads } from './feed-reads';
import { FollowedPanel, type Start } from './followed-panel';

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

  /** Sends what the subscriber begins with, and lets updates flow; to be called once the following is live. */
  join(): void;
}

/** An uninterrupted time in which the whole workspace has a subscriber. */
interface Generation {
  /** Whether every panel that ever existed has a feed here, so that one without a feed begins with version 1. */
  isComplete: boolean;
}

/**
 * The updates of one workspace that is followed here, whole or in parts: one listener on the bus for all followers.
 *
 * ```
 *                  open, of the whole               reconcile, to the end
 *  ┌──────────────┐                  ┌────────────┐                ┌──────────────────────────────┐
 *  │ some panels: ├─────────────────►│ listing    ├───────────────►│ complete: a panel without a  │
 *  │ those asked  │◄──┐              └───┬────────┘                │ feed is new, and gets one at │
 *  │ for          │   └──────────────────┴─────────────────────────┤ version 0                    │
 *  └──────────────┘    the last follower of the whole leaves       └──────────────────────────────┘
 * ```
 */
export class FollowedWorkspace implements UpdateListener {
  readonly #panels = new Map<string, FollowedPanel>();
  readonly #listening: LazyResource;
  /** Undefined while only some panels are followed. */
  #generation: Generation | undefined;

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
    return { version: panel.version, join: () => followed.join(subscriber, start) };
  }

  /**
   * Opens a subscription to every panel, which is among the followers already.
   * @throws Unavailable
   */
  async openWhole({ subscriber, reach }: Following): Promise<Opened> {
    this.#generation ??= { isComplete: false };
    await this.#listening.open();
    await this.#reconcile();
    const join = () => {
      for (const panel of this.#panels.values()) {
        if (reach.panel(panel.key.panelId))
          panel.join(subscriber, panel.isDeleted ? panel.version : undefined);
      }
    };
    return { version: undefined, join };
  }

  /** Lets a subscriber go where it gets no updates any longer; its following has just ended, or was replaced. */
  leave({ subscriber, panelId }: Following): void {
    if (!this.followers.hasWhole) this.#generation = undefined;
    const panels = panelId === undefined ? [...this.#panels.keys()] : [panelId];
    for (const id of panels) {
      const panel = this.#panels.get(id);
      if (!panel) continue;
      if (!this.followers.gets('updates', id, subscriber)) panel.leave(subscriber);
      this.#forgetIfUnused(panel);
    }
  }

  onChange(change: Change): void {
    this.#hintedAt(change.key)?.onChange(change);
  }

  onReached(key: PanelKey, version: number): void {
    this.#hintedAt(key)?.onReached(version);
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
  }

  /** Finds what was not published. Never fails; what could not be read is read by the next sweep. */
  async sweep(): Promise<void> {
    await this.#listening.open();
    try {
      if (this.#generation || this.#panels.size > fewPanels) await this.#reconcile();
      else for (const panel of this.#panels.values()) panel.check();
    } catch (error) {
      this.ports.observer.hintFailed('update', error);
    }
    for (const panel of this.#panels.values()) panel.resume();
  }

  /** Leaves the bus; nothing is received afterwards. */
  close(): Promise<void> {
    return this.#listening.close();
  }

  /** Compares every panel of the workspace with the store, by their versions. */
  async #reconcile(): Promise<void> {
    const generation = this.#generation;
    const isCurrent = () => generation !== undefined && generation === this.#generation;
    for await (const { panelId, version, deleted } of this.ports.reads.heads(this.key)) {
      const panel = isCurrent() ? this.#panelOf(panelId) : this.#panels.get(panelId);
      if (panel?.version !== undefined) panel.reached(version);
      else if (panel && isCurrent()) this.#open(panel, version, deleted);
    }
    // Of the panels of an earlier generation, some may have been forgotten since.
    if (!generation || !isCurrent() || generation.isComplete) return;
    generation.isComplete = true;
    for (const panel of this.#panels.values()) if (panel.version === undefined) this.#open(panel, 0, false);
  }

  #open(panel: FollowedPanel, version: number, deleted: boolean): void {
    panel.open(version, deleted, this.followers.ofWhole('updates', panel.key.panelId));
  }

  /** The panel that a hint is about, where it is followed. */
  #hintedAt({ panelId }: PanelKey): FollowedPanel | undefined {
    return this.#generation ? this.#panelOf(panelId) : this.#panels.get(panelId);
  }

  #panelOf(panelId: string): FollowedPanel {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const { reads, observer } = this.ports;
    const panel = new FollowedPanel({ ...this.key, panelId }, reads, observer);
    this.#panels.set(panelId, panel);
    if (this.#generation?.isComplete) this.#open(panel, 0, false);
    return panel;
  }

  #forgetIfUnused(panel: FollowedPanel): void {
    const { panelId } = panel.key;
    if (this.followers.hasPanel(panelId)) return;
    if (this.#generation) {
      // Followers of the whole get it again with its first change.
      if (!this.#generation.isComplete || !panel.isUnused) return;
      panel.leaveAll();
    }
    if (panel.isIdle) this.#panels.delete(panelId);
  }
}
