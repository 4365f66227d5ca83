import { followEvents } from '../http/follow-events';
import type { FeedEntry } from './answers';
import type { Abortable, WorkspaceRoutes } from './workspace-routes';

/** What to follow of a workspace. */
export interface ChangesOptions extends Abortable {
  /** Only changes after this revision. */
  readonly since?: number;
  /** Only changes of these panels: ids, or patterns with `*`. */
  readonly panels?: readonly string[];
  /** Only changes by this user: the `sub` of a token. */
  readonly actor?: string;
  /** Only changes triggered by `user`, `ai`, `system`, or another word. */
  readonly triggeredBy?: string;
  /** Only changes of this turn. */
  readonly turnId?: string;
  /** Only changes whose provenance names this model. */
  readonly model?: string;
  /** Only changes after this place: `cursor` of an entry, or `now`. */
  readonly cursor?: string;
  /** Called whenever the feed is followed: at first, and after a lost connection. */
  readonly onOpen?: () => void;
}

/** The revision that a workspace is at. */
export async function currentRevision(routes: WorkspaceRoutes, options: Abortable = {}): Promise<number> {
  const { body } = await routes.read(routes.path('state', 'changes'), { cursor: 'now' }, options);
  return Number.parseInt((body as { nextCursor: string }).nextCursor, 10);
}

/**
 * Follows the changes of a workspace, in the order of revisions, each once: those that there are, then those to come. A lost
 * connection is taken up again where it broke.
 * @throws the reason of the signal once it is aborted; NexusError when the workspace can not be read any more
 */
export async function* followChanges(
  routes: WorkspaceRoutes,
  { since, cursor, panels, signal, onOpen, ...filters }: ChangesOptions,
): AsyncGenerator<FeedEntry, void> {
  let last = cursor;
  const request = () => ({
    path: routes.path('state', 'changes'),
    query: {
      owner: routes.owner,
      panels: panels?.join(),
      ...filters,
      ...(last === undefined ? { since } : { cursor: last }),
    },
  });
  for await (const { event, data } of followEvents(routes.transport, request, signal, onOpen)) {
    if (event !== 'change') continue;
    const entry = JSON.parse(data) as FeedEntry;
    last = entry.cursor;
    yield entry;
  }
}
