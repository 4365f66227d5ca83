import { withinPageBytes } from '../panels/history';
import { type FeedPosition, type WorkspaceKey, positionOf } from '../panels/model';
import {
  type ChangeFeed,
  type FeedFilter,
  type FeedPage,
  type FeedQuery,
  type HistoryEntry,
  passesFilter,
} from '../panels/ports';
import type { MemoryPanelStore } from './memory-panel-store';

/** The feed of changes in memory: for tests. */
export class MemoryChangeFeed implements ChangeFeed {
  constructor(private readonly store: Pick<MemoryPanelStore, 'changesIn' | 'revisionOf'>) {}

  async read(
    workspace: WorkspaceKey,
    { after, limit, visible, filter = {} }: FeedQuery,
  ): Promise<FeedPage | undefined> {
    const all = this.store.changesIn(workspace);
    const reached = await this.revision(workspace);
    if (after.revision > reached || !isPlace(all, after)) return undefined;
    const found = all
      .filter((change) => isBehind(change, after))
      .filter((change) => visible.includes(change.key.panelId))
      .filter((change) => passes(change, filter));
    const entries = withinPageBytes(found.slice(0, limit), ({ changeSizeBytes }) => changeSizeBytes);
    const more = entries.length < found.length;
    const last = more ? entries.at(-1) : undefined;
    return { entries, more, end: last ? positionOf(last) : { revision: reached } };
  }

  async revision(workspace: WorkspaceKey): Promise<number> {
    return this.store.revisionOf(workspace);
  }
}

function passes(change: HistoryEntry, { panels, ...filter }: FeedFilter): boolean {
  return (panels?.includes(change.key.panelId) ?? true) && passesFilter(change, filter);
}

function isPlace(changes: readonly HistoryEntry[], { revision, ordinal }: FeedPosition): boolean {
  if (ordinal === undefined) return true;
  return changes.some((change) => change.revision === revision && change.ordinal === ordinal);
}

function isBehind(change: HistoryEntry, { revision, ordinal = Infinity }: FeedPosition): boolean {
  return change.revision > revision || (change.revision === revision && change.ordinal > ordinal);
}
