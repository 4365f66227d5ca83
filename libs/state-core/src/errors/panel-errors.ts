import type { PatchRequest } from '@nexus-state/documents';
import { CoreError } from './core-error';

/** An id that breaks the rule for workspace and panel ids. */
export class InvalidId extends CoreError {
  readonly code = 'invalid_id';
  constructor(field: string, reason: string) {
    super(`${field} ${reason}`, { field });
  }
}

/** No such panel: never created, deleted, or not visible to the caller. */
export class PanelNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(panelId: string) {
    super(`There is no panel "${panelId}" in this workspace.`, { panelId });
  }
}

/** A create over a panel that is there. */
export class PanelAlreadyExists extends CoreError {
  readonly code = 'already_exists';
  constructor(
    readonly panelId: string,
    readonly currentVersion: number,
  ) {
    super(`Panel "${panelId}" already exists, at version ${currentVersion}. Replace or patch it instead.`, {
      panelId,
      currentVersion,
    });
  }
}

/** A write that is based on another version than the current one. */
export class VersionConflict extends CoreError {
  readonly code = 'version_conflict';
  constructor(
    readonly panelId: string,
    readonly baseVersion: number,
    readonly currentVersion: number,
  ) {
    super(
      `Panel "${panelId}" is at version ${currentVersion}, not ${baseVersion}. Read it again and repeat the change.`,
      { panelId, currentVersion },
    );
  }
}

/** A place where a change and those accepted since its base cannot both hold: RFC 6901 pointer, and both values. */
export interface ConflictFact {
  readonly path: string;
  readonly yours?: unknown;
  readonly theirs?: unknown;
}

/**
 * A change that collides with changes its author had not seen. Its facts hold state values, unlike those of other
 * errors: the author may read the panel, and needs both to decide. They are for the answer, not for logs.
 */
export class MergeConflict extends CoreError {
  readonly code = 'merge_conflict';
  constructor(
    panelId: string,
    baseVersion: number,
    currentVersion: number,
    conflicts: readonly ConflictFact[],
  ) {
    const places = conflicts.length === 1 ? 'one place' : `${conflicts.length} places`;
    super(
      `Panel "${panelId}" is at version ${currentVersion}; since version ${baseVersion}, other changes touched ${places} that this change also touches. Resolve the "conflicts", or repeat the change with onConflict "overwrite".`,
      { panelId, baseVersion, currentVersion, conflicts },
    );
  }
}

/** An edit that yields to what others wrote, and of which nothing is left; whoever asked for it gets the version that is there. */
export class NothingLeft extends MergeConflict {
  /** @param dropped the operations that collide */
  constructor(
    panelId: string,
    baseVersion: number,
    readonly currentVersion: number,
    readonly conflicts: readonly ConflictFact[],
    readonly dropped: PatchRequest,
  ) {
    super(panelId, baseVersion, currentVersion, conflicts);
  }
}

/** A write that does not say which version it was based on. */
export class VersionRequired extends CoreError {
  readonly code = 'version_required';
  constructor() {
    super('Send the base version of this change, or allow it to replace any version.');
  }
}

/** The same panel changed under this write again and again. */
export class TooMuchContention extends CoreError {
  readonly code = 'too_much_contention';
  constructor(panelId: string, attempts: number) {
    super(`Panel "${panelId}" changed ${attempts} times during this write. Retry shortly.`, {
      panelId,
      retryAfterSeconds: 1,
    });
  }
}
