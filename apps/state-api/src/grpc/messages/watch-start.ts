import { ValidationFailed } from '@nexus-state/documents';
import type { ReadChanges } from '@nexus-state/state-core';
import type { WatchKeysRequest, WatchRequest } from './requests';

/** Where a watch of a workspace begins: as `ReadChanges` names it. */
export type FeedStart = Pick<ReadChanges, 'cursor' | 'since'>;

/**
 * The place in the feed after which a watch of a workspace begins; `now` where the request names none.
 * @throws ValidationFailed where the request names two places, or one of a panel
 */
export function feedStart({ afterVersion, afterRevision, afterCursor }: WatchRequest): FeedStart {
  if (afterVersion !== undefined) throw invalid('afterVersion', 'is for a watch of one panel');
  if (afterCursor !== undefined && afterRevision !== undefined)
    throw invalid('afterCursor', 'cannot be combined with afterRevision');
  if (afterCursor !== undefined) return afterCursor === '' ? { since: 0 } : { cursor: afterCursor };
  if (afterRevision === undefined) return { cursor: 'now' };
  requireCount('afterRevision', afterRevision);
  return { since: afterRevision };
}

/**
 * The version after which a watch of a panel begins; undefined to begin with its state.
 * @throws ValidationFailed where it is none, or the request names a place in the feed of the workspace
 */
export function versionAfter({ afterVersion, afterRevision, afterCursor }: WatchRequest): number | undefined {
  const [other] = Object.entries({ afterRevision, afterCursor }).filter(([, value]) => value !== undefined);
  if (other) throw invalid(other[0], 'is for a watch of a workspace');
  if (afterVersion !== undefined) requireCount('afterVersion', afterVersion);
  return afterVersion;
}

/**
 * The place after which a watch of keys begins, as `since` names it over HTTP; undefined for what comes next.
 * @throws ValidationFailed where the request names two places, or the revision is none
 */
export function keysSince({ afterRevision, afterCursor }: WatchKeysRequest): string | undefined {
  if (afterRevision === undefined) return afterCursor;
  if (afterCursor !== undefined) throw invalid('afterCursor', 'cannot be combined with afterRevision');
  requireCount('afterRevision', afterRevision);
  return String(afterRevision);
}

function requireCount(field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(field, 'must be a whole number from 0');
}

function invalid(field: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: `/${field}`, message }]);
}
