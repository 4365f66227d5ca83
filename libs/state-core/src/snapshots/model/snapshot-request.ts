import { type FieldProblem, ValidationFailed } from '@nexus-state/documents';
import type { WorkspaceKey } from '../../panels/model';

/** A requested snapshot, before it is taken. Plain JSON: it travels through the queue. */
export interface SnapshotRequest {
  readonly workspace: WorkspaceKey;
  /** UUID, chosen by who asks, so that taking it twice is the same snapshot. */
  readonly snapshotId: string;
  readonly type: string;
  readonly description: string | null;
  /** Who asks: a token's `sub`, or `system`. */
  readonly requestedBy: string;
  /**
   * Whether it is automatic: it is dropped where nothing has changed since the newest snapshot, and coalesces with
   * others of its workspace and type.
   */
  readonly automatic: boolean;
  /** Whether it is pushed to the remote, where there is one. */
  readonly push: boolean;
}

/** The type of a snapshot that a person or a program asked for without naming one. */
export const manualSnapshot = 'manual';

/** The type of a snapshot that is taken because time has passed, or many changes were made. */
export const autoSnapshot = 'auto';

/** The type of a snapshot that is taken before an AI changes the workspace. */
export const preAiEditSnapshot = 'pre_ai_edit';

/** The type of a snapshot that is taken before a panel or the workspace is deleted. */
export const preDeleteSnapshot = 'pre_delete';

/** The requester of automatic snapshots. */
export const systemActor = 'system';

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
      message: 'must be a letter, then up to 63 of A-Z a-z 0-9 _ . -',
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
