import { type FieldProblem, ValidationFailed } from '../errors';
import type { WorkspaceKey } from '../panel';

/** A snapshot that somebody wants, before it is taken. Plain JSON: it travels through the queue. */
export interface SnapshotRequest {
  readonly workspace: WorkspaceKey;
  /** UUID, chosen by who asks, so that taking it twice is the same snapshot. */
  readonly snapshotId: string;
  readonly type: string;
  readonly description: string | null;
  /** Who asks: a token's `sub`, or `system`. */
  readonly requestedBy: string;
}

/** The type of a snapshot that a person or a program asked for without naming one. */
export const manualSnapshot = 'manual';

const snapshotIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can be the id of a snapshot: a UUID. */
export function isSnapshotId(text: string): boolean {
  return snapshotIdPattern.test(text);
}

/** Longest description, in UTF-16 code units. */
export const maxDescriptionLength = 4096;

const typePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * Checks what a caller wrote about a snapshot: it goes into a commit message and a column.
 * @throws ValidationFailed listing each field that is wrong
 */
export function checkSnapshotRequest({ type, description }: SnapshotRequest): void {
  const errors: FieldProblem[] = [];
  if (!typePattern.test(type)) {
    errors.push({
      pointer: '/type',
      message: 'must be a word: a letter, then up to 63 of A-Z a-z 0-9 _ . -',
    });
  }
  if (description !== null) errors.push(...descriptionProblems(description));
  if (errors.length > 0) throw new ValidationFailed(errors);
}

function descriptionProblems(description: string): FieldProblem[] {
  const pointer = '/description';
  if (description.length > maxDescriptionLength) {
    return [{ pointer, message: `must be at most ${maxDescriptionLength} characters` }];
  }
  if (description.includes('\u0000') || !description.isWellFormed()) {
    return [{ pointer, message: 'must not contain U+0000 or a lone surrogate' }];
  }
  return [];
}
