import { type Page, type PageChoice, Pages } from '../http/pages';
import type { Request } from '../http/transport';
import type { HistoryEntry } from './answers';
import type { WorkspaceRoutes } from './workspace-routes';

const pageSize = 100;

/**
 * The history of a panel in pages. The service counts from the newest change; a cursor of ours names the version that was
 * given last, too, so that changes that are made between two pages shift nothing.
 */
export function readHistory(
  routes: WorkspaceRoutes,
  path: string,
  query: Request['query'],
  signal: AbortSignal | undefined,
): Pages<HistoryEntry> {
  return new Pages(async ({ limit = pageSize, cursor }: PageChoice): Promise<Page<HistoryEntry>> => {
    const [offset, last] = cursor ? (cursor.split('-').map(Number) as [number, number]) : [0, Infinity];
    const answer = await routes.read(path, { ...query, limit, offset }, { signal });
    const { history, totalChanges } = answer.body as { history: HistoryEntry[]; totalChanges: number };
    const items = history.filter(({ version }) => version < last);
    const next = offset + history.length;
    const oldest = items.at(-1)?.version ?? last;
    return { items, nextCursor: history.length > 0 && next < totalChanges ? `${next}-${oldest}` : null };
  });
}
