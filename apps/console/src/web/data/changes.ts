import { type FeedEntry, useAnswer } from '@nexus-state/react';
import { type Session } from '../session/session';
import { useSession } from '../session/context';
import type { ChangeFilter } from './change-filter';
import type { Space } from './space';

interface ChangesPage {
  readonly changes: readonly FeedEntry[];
  readonly nextCursor: string | null;
  readonly more: boolean;
}

/** What was found, newest first, and whether there is more before it. */
export interface Changes {
  readonly entries: readonly FeedEntry[];
  readonly hasOlder: boolean;
}

/**
 * The last changes of a workspace. Its feed runs from old to new, so that the end of it is read.
 * @param revisions how many revisions back
 */
export function useChanges(space: Space, filter: ChangeFilter, revisions: number) {
  const session = useSession();
  const { panels, actor, triggeredBy, model } = filter;
  const chosen = { panels, actor, triggeredBy, model };
  return useAnswer(
    ['changes', chosen, revisions],
    async (client, signal): Promise<Changes> => {
      const newest = await client.workspace(space.id, { owner: space.owner }).revision({ signal });
      const since = Math.max(0, newest - revisions);
      const entries: FeedEntry[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const from: Readonly<Record<string, string>> =
          cursor === undefined ? { since: String(since) } : { cursor };
        const query = { ...chosen, ...from, limit: '500' };
        const page = (await (await ask(session, space, '/changes', query, signal)).json()) as ChangesPage;
        entries.push(...page.changes);
        cursor = page.nextCursor ?? undefined;
        more = page.more && cursor !== undefined;
      }
      return { entries: entries.toReversed(), hasOlder: since > 0 };
    },
    {
      owner: space.owner,
      workspaceId: space.id,
      renewOn: ({ kind }) => kind === 'change',
      keepLast: true,
    },
  );
}

async function ask(
  session: Session,
  { id, owner }: Space,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Response> {
  const address = new URL(`${session.config.apiUrl}/api/state/${encodeURIComponent(id)}${path}`);
  for (const [name, value] of Object.entries({ ...query, owner }))
    if (value) address.searchParams.set(name, value);
  const response = await session.fetch(address.href, { signal });
  if (response.ok) return response;
  throw new Error(((await response.json()) as { message: string }).message);
}
