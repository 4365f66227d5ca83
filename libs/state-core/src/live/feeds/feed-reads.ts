import { Semaphore } from '../../concurrency';
import { Unavailable } from '../../errors';
import type { Change, FeedPosition, Panel, PanelKey, WorkspaceKey } from '../../panels/model';
import type { ChangeFeed, FeedPage, PanelHead, PanelHeads, PanelStore } from '../../panels/ports';
import { VisiblePanels } from '../../workspaces/access';

/** Changes in one page of history. */
export const pageSize = 100;
/** Panels in one page of versions. */
const headsSize = 1000;
/** Reads at once, so that a thousand reconnecting subscribers leave connections to others. */
const maxReads = 8;

/** Returned by `ifWanted` in place of what was not read. */
export const unwanted = Symbol('unwanted');

/** What feeds read from the store: a few reads at a time, the others wait. All of them throw `Unavailable`. */
export class FeedReads {
  readonly #permits = new Semaphore(maxReads);

  constructor(
    private readonly store: PanelStore & PanelHeads,
    private readonly feed: ChangeFeed,
  ) {}

  /** See `PanelStore.read`. */
  panel(key: PanelKey): Promise<Panel | undefined> {
    return this.#permits.run(() => this.store.read(key));
  }

  /** A page of the changes after a version, oldest first; empty when there are none. */
  changesSince(key: PanelKey, version: number): Promise<readonly Change[]> {
    return this.#permits.run(() => this.store.changesSince(key, version, pageSize));
  }

  /**
   * Reads something unless it is not wanted any longer.
   * @param isWanted asked when the read can begin
   */
  ifWanted<T>(
    isWanted: () => boolean,
    read: (store: PanelStore) => Promise<T>,
  ): Promise<T | typeof unwanted> {
    return this.#permits.run(async () => (isWanted() ? read(this.store) : unwanted));
  }

  /** See `ChangeFeed.revision`. */
  revision(workspace: WorkspaceKey): Promise<number> {
    return this.#permits.run(() => this.feed.revision(workspace));
  }

  /** A page of a workspace's changes after a position, in the order of revisions. */
  async changesAfter(workspace: WorkspaceKey, after: FeedPosition): Promise<FeedPage> {
    const query = { after, limit: pageSize, visible: VisiblePanels.all };
    const page = await this.#permits.run(() => this.feed.read(workspace, query));
    // Only a database that was put back to an earlier time can have forgotten it.
    if (!page) throw new Unavailable('The history of the workspace');
    return page;
  }

  /** See `PanelStore.read`; undefined also where it is not wanted any longer when the read can begin. */
  async panelIfWanted(key: PanelKey, isWanted: () => boolean): Promise<Panel | undefined> {
    const panel = await this.ifWanted(isWanted, (store) => store.read(key));
    return panel === unwanted ? undefined : panel;
  }

  /** The first change of a panel after a revision of its workspace; undefined where there is none. */
  async firstChangeAfter(key: PanelKey, revision: number): Promise<Change | undefined> {
    const panels = new VisiblePanels([key.panelId]);
    const query = { after: { revision }, limit: 1, visible: VisiblePanels.all, filter: { panels } };
    const page = await this.#permits.run(() => this.feed.read(key, query));
    return page?.entries[0];
  }

  /**
   * How far the panels of a workspace are, deleted ones included.
   * @param changedSince only those that were changed after this revision
   */
  async heads(workspace: WorkspaceKey, changedSince = 0): Promise<readonly PanelHead[]> {
    const heads: PanelHead[] = [];
    for (let isLast = false; !isLast;) {
      const page = await this.#permits.run(() =>
        this.store.heads(workspace, { limit: headsSize, after: heads.at(-1)?.panelId, changedSince }),
      );
      heads.push(...page);
      isLast = page.length < headsSize;
    }
    return heads;
  }
}
