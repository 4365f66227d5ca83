import { type FeedPosition, type WorkspaceKey, feedBeginning } from '../panels/model';
import type { ChangeFeed, HistoryEntry } from '../panels/ports';
import { VisiblePanels } from '../workspaces/access';

/**
 * Reads the feed of a workspace to its end, and on from there when it is called again.
 * @param limit changes in one page
 */
export function feedReader(
  feed: ChangeFeed,
  workspace: WorkspaceKey,
  limit = 1_000,
): () => Promise<readonly HistoryEntry[]> {
  let after: FeedPosition = feedBeginning;
  return async () => {
    const read: HistoryEntry[] = [];
    for (let isLast = false; !isLast;) {
      const page = await feed.read(workspace, { after, limit, visible: VisiblePanels.all });
      if (!page) throw new Error('The feed does not know the position that it gave.');
      read.push(...page.entries);
      after = page.end;
      isLast = !page.more;
    }
    return read;
  };
}
