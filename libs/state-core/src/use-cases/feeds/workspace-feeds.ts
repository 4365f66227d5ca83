import type { PanelKey, WorkspaceKey } from '../../panels/model';
import { type FeedPorts, FeedReads } from './feed-ports';
import { FollowedWorkspace, type Reach } from './followed-workspace';
import type { Following, Subscriber } from './subscriber';

/**
 * What the live doors share: every workspace that a connection of this process follows, each listened to once.
 *
 * A subscriber gets every change of a panel in version order, each once, from where they began. Published updates are
 * only hints: whatever was missed, repeated or came in another order is put right from history, at the latest by the
 * next `sweep`. A subscriber who takes too little gets states in place of the changes that they could not take.
 */
export class WorkspaceFeeds {
  readonly #workspaces = new Map<string, FollowedWorkspace>();
  readonly #reads: FeedReads;

  constructor(private readonly ports: FeedPorts) {
    this.#reads = new FeedReads(ports.store);
  }

  /**
   * Follows one panel. Whoever does so already, by itself or with its workspace, goes on as they are.
   * @param version the version seen last, after which everything is sent; without one, or with one that the panel has
   *   not reached, the subscriber begins with its state. A deleted panel can only be followed on from a version.
   * @throws PanelNotFound when it was never created, or is deleted and no version is given
   * @throws Unavailable when the store is away; a bus that is away only makes updates late
   */
  followPanel(
    { panelId, ...workspace }: PanelKey,
    subscriber: Subscriber,
    version?: number,
  ): Promise<Following> {
    return this.#workspace(workspace).followPanel(panelId, subscriber, version);
  }

  /**
   * Follows every panel of a workspace, also those to come. The subscriber begins with the state of each.
   * @param reach what of it they get to see
   * @throws Unavailable when the store is away
   */
  followWorkspace(workspace: WorkspaceKey, subscriber: Subscriber, reach: Reach): Promise<Following> {
    return this.#workspace(workspace).followWhole(subscriber, reach);
  }

  /**
   * Goes on with a subscriber whose `takesMore` has said no and who has drained. Of every panel of which they have missed
   * something they get the state, or its deletion, and then its changes; of the others just the changes.
   */
  drained(subscriber: Subscriber): void {
    for (const workspace of this.#workspaces.values()) workspace.drained(subscriber);
  }

  /**
   * Compares what is followed with the store, and brings in what was never heard of. To be called every few seconds.
   * Never fails: what cannot be asked is told to the observer, and asked the next time.
   */
  async sweep(): Promise<void> {
    await Promise.all([...this.#workspaces.values()].map((workspace) => workspace.sweep()));
  }

  /** Stops listening to everything. */
  async close(): Promise<void> {
    const workspaces = [...this.#workspaces.values()];
    this.#workspaces.clear();
    await Promise.all(workspaces.map((workspace) => workspace.close()));
  }

  #workspace(key: WorkspaceKey): FollowedWorkspace {
    // The ids never hold a slash, so whatever the owner is, the last segment is the workspace's.
    const name = `${key.owner}/${key.workspaceId}`;
    const known = this.#workspaces.get(name);
    if (known) return known;
    const workspace: FollowedWorkspace = new FollowedWorkspace(key, this.ports, this.#reads, () => {
      if (this.#workspaces.get(name) === workspace) this.#workspaces.delete(name);
      void workspace.close();
    });
    this.#workspaces.set(name, workspace);
    return workspace;
  }
}
