import { ValidationFailed } from '@nexus-state/documents';
import { withinPageBytes } from '../panels/history';
import type { WorkspaceKey } from '../panels/model';
import type { ChangeFeed, FeedPage, FeedPosition, FeedQuery } from '../panels/ports';
import type { MemoryPanelStore } from './memory-panel-store';

/** The feed of changes in memory: for tests. A position is the number of changes before it. */
export class MemoryChangeFeed implements ChangeFeed {
  constructor(private readonly store: Pick<MemoryPanelStore, 'changesIn'>) {}

  async read(workspace: WorkspaceKey, { after, limit, visible }: FeedQuery): Promise<FeedPage> {
    const all = this.store.changesIn(workspace);
    const start = after === undefined ? 0 : parsePosition(after);
    if (start > all.length) throw refusal('is ahead of this feed');
    const found = all
      .map((change, index) => ({ change, position: `feed-${index + 1}` }))
      .slice(start)
      .filter(({ change }) => visible.includes(change.key.panelId));
    const entries = withinPageBytes(found.slice(0, limit), ({ change }) => change.changeSizeBytes);
    const more = entries.length < found.length;
    const last = more ? entries.at(-1)?.position : undefined;
    return { entries, more, end: last ?? `feed-${all.length}` };
  }

  async end(workspace: WorkspaceKey): Promise<FeedPosition> {
    return `feed-${this.store.changesIn(workspace).length}`;
  }
}

function parsePosition(position: FeedPosition): number {
  const [, changes] = /^feed-(\d{1,15})$/.exec(position) ?? [];
  if (changes === undefined) throw refusal('is not a cursor of this feed');
  return Number(changes);
}

function refusal(message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: 'cursor', message }]);
}
