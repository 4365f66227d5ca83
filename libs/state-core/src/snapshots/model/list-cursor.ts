import { ValidationFailed } from '@nexus-state/documents';

/** A place in the list of snapshots: behind the snapshot it names. */
export interface ListPosition {
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
  readonly snapshotId: string;
}

const cursorPattern =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The opaque text of a place in the list. */
export function listCursor({ createdAt, snapshotId }: ListPosition): string {
  return Buffer.from(`${createdAt} ${snapshotId}`).toString('base64url');
}

/**
 * Reads a cursor back.
 * @throws ValidationFailed when it is not one that this service gave out
 */
export function parseListCursor(cursor: string): ListPosition {
  const [, createdAt, snapshotId] = cursorPattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!createdAt || !snapshotId || Number.isNaN(Date.parse(createdAt))) {
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this list' }]);
  }
  return { createdAt, snapshotId };
}
