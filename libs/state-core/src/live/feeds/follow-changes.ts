import { type ChangesPage, type ReadChanges, readChanges } from '../../panels/read-changes';
import { type FeedPosition, positionText } from '../../panels/model';
import type { UpdateBus } from '../../ports';
import { followPages } from './follow-pages';

/** Follows the changes of a workspace. */
export interface FollowChanges extends ReadChanges {
  /** Called before each read; what it throws ends the iteration. */
  readonly authorize: () => Promise<void>;
  /** Ends the iteration when it is aborted. */
  readonly signal: AbortSignal;
}

type FeedStart = Pick<ReadChanges, 'cursor' | 'since'>;

/**
 * The pages of a workspace's changes after a cursor as they appear, without end; see `followPages`.
 * @throws ValidationFailed when the cursor is none of this feed, or one that it has not reached; Unavailable; what
 *   `authorize` throws
 */
export function followChanges(
  { authorize, signal, cursor, since, ...query }: FollowChanges,
  { bus, ...ports }: Parameters<typeof readChanges>[1] & { readonly bus: UpdateBus },
): AsyncIterable<ChangesPage> {
  const { workspace } = query;
  const read = async (from: FeedPosition | FeedStart) => {
    await authorize();
    const at = 'revision' in from ? { cursor: positionText(from) } : from;
    return readChanges({ ...query, ...at }, ports);
  };
  return followPages<FeedPosition | FeedStart, ChangesPage>(
    { workspace, start: { cursor, since }, read, signal },
    bus,
  );
}
