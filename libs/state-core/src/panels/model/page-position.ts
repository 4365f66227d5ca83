import { ValidationFailed } from '@nexus-state/documents';

/** A place in a list that is ordered by time, newest first: behind the entry that it names. */
export interface PagePosition {
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly id: string;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([A-Za-z0-9-]{1,64})$/;

/** A place as clients get it; opaque to them. */
export function pageCursor({ at, id }: PagePosition): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/**
 * Reads a place back.
 * @throws ValidationFailed where the text is none that was given out
 */
export function readPageCursor(cursor: string): PagePosition {
  const [, at, id] = form.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!at || !id || Number.isNaN(Date.parse(at)))
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this list' }]);
  return { at, id };
}

/** A page of a list. @param found one more than the page may have, where there is more */
export function cutPage<T>(
  found: readonly T[],
  limit: number,
  positionOf: (entry: T) => PagePosition,
): { readonly page: readonly T[]; readonly nextCursor: string | null } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: found.length > limit && last ? pageCursor(positionOf(last)) : null };
}

/** Whether an entry comes behind a place. */
export function isBehindPosition(entry: PagePosition, place: PagePosition | undefined): boolean {
  return !place || entry.at < place.at || (entry.at === place.at && entry.id < place.id);
}
