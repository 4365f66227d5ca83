import { type StreamEvent, readEventStream } from '../http/event-stream';
import { errorOf } from '../http/error-classes';
import { abortReason, pause } from '../http/pause';
import type { NexusError, Problem } from '../http/problem';
import { isPassing, waitMs } from '../http/transport';
import type { FeedEntry } from './answers';
import type { Abortable, WorkspaceRoutes } from './workspace-routes';

/** What to follow of a workspace. */
export interface ChangesOptions extends Abortable {
  /** Only changes after this revision. */
  readonly since?: number;
  /** Only changes after this place: `cursor` of an entry, or `now`. */
  readonly cursor?: string;
}

/**
 * Follows the changes of a workspace, in the order of revisions, each once: those that there are, then those to come. A lost
 * connection is taken up again where it broke.
 * @throws the reason of the signal once it is aborted; NexusError when the workspace can not be read any more
 */
export async function* followChanges(
  routes: WorkspaceRoutes,
  { since, cursor, signal }: ChangesOptions,
): AsyncGenerator<FeedEntry, void> {
  let last = cursor;
  for (let attempt = 0; ; attempt++) {
    try {
      const query = { owner: routes.owner, ...(last === undefined ? { since } : { cursor: last }) };
      for await (const { event, data } of open(routes, query, signal)) {
        if (event === 'error') throw errorOf(JSON.parse(data) as Problem);
        if (event !== 'change') continue;
        attempt = 0;
        const entry = JSON.parse(data) as FeedEntry;
        last = entry.cursor;
        yield entry;
      }
      await pause(waitMs({} as NexusError, attempt), signal);
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      if (!(isPassing(error) || isFirstUnauthorized(error, attempt))) throw error;
      await pause(waitMs(error as NexusError, attempt), signal);
    }
  }
}

async function* open(
  routes: WorkspaceRoutes,
  query: Readonly<Record<string, string | number | undefined>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent, void> {
  const response = await routes.transport.open({
    method: 'GET',
    path: routes.path('state', 'changes'),
    query,
    headers: { accept: 'text/event-stream' },
    signal,
  });
  if (response.body) yield* readEventStream(response.body);
}

/** A stream ends when its token expires; the next one is opened with a fresh token. */
function isFirstUnauthorized(error: unknown, attempt: number): boolean {
  return (error as NexusError).status === 401 && attempt === 0;
}
