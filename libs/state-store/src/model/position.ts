import { InvalidArgumentError } from './errors';
import type { LoggedChange, Position } from './row';

/** The place after all changes of a revision. */
export function endOf(revision: number): Position {
  return { revision, n: Number.MAX_SAFE_INTEGER };
}

/** The place after a change. */
export function placeAfter({ revision, n, last }: LoggedChange): Position {
  return last ? endOf(revision) : { revision, n };
}

/** The last revision of which all changes come before a place. */
export function completeRevision({ revision, n }: Position): number {
  return n === Number.MAX_SAFE_INTEGER ? revision : revision - 1;
}

/** Less than 0 where `a` comes first, 0 for the same place. */
export function comparePositions(a: Position, b: Position): number {
  return a.revision - b.revision || a.n - b.n;
}

/** The cursor after a change: its revision, with the number of the change where more of that revision follow. */
export function cursorAfter({ revision, n, last }: LoggedChange): string {
  return last ? String(revision) : `${revision}-${n}`;
}

/**
 * Reads where a watch begins: a revision, whose own changes are left out, or the cursor of an event.
 * @throws InvalidArgumentError
 */
export function readPosition(since: number | string): Position {
  const match = /^(0|[1-9]\d{0,15})(?:-([1-9]\d{0,5}))?$/.exec(String(since));
  const revision = Number(match?.[1]);
  if (!match || !Number.isSafeInteger(revision)) {
    throw new InvalidArgumentError('since', 'name a revision from 0, or the cursor of an event.');
  }
  return match[2] === undefined ? endOf(revision) : { revision, n: Number(match[2]) };
}
