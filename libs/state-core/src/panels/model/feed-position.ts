import { ValidationFailed } from '@nexus-state/documents';
import type { Change } from './panel';

/** A place in the feed of a workspace: behind one change of a revision, or behind all of it. */
export interface FeedPosition {
  readonly revision: number;
  /** The place of the change among those of its revision, from 1; behind all of them where not given. */
  readonly ordinal?: number | undefined;
}

/** Before everything. */
export const feedBeginning: FeedPosition = { revision: 0 };

/** The place right behind a change. */
export function positionOf({ revision, ordinal }: Pick<Change, 'revision' | 'ordinal'>): FeedPosition {
  return { revision, ordinal };
}

/** A place as clients get it: `<revision>-<ordinal>`, or `<revision>` behind all changes of a revision. */
export function positionText({ revision, ordinal }: FeedPosition): string {
  return ordinal === undefined ? String(revision) : `${revision}-${ordinal}`;
}

/**
 * Reads a place back.
 * @throws ValidationFailed where the text is none
 */
export function readPosition(text: string): FeedPosition {
  const [, revision, ordinal] = /^(\d{1,15})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (revision === undefined)
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this feed' }]);
  return { revision: Number(revision), ordinal: ordinal === undefined ? undefined : Number(ordinal) };
}
