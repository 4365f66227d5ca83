import type { Conflict } from '@nexus-state/documents';
import { NexusError } from './problem';

/** The refusal `validation_failed`. */
export class ValidationFailedError extends NexusError {
  /** Every field that is wrong. */
  get errors(): readonly { readonly pointer: string; readonly message: string }[] {
    return (this.facts['errors'] ?? []) as readonly { readonly pointer: string; readonly message: string }[];
  }
}

/** The refusal `invalid_id`. */
export class InvalidIdError extends NexusError {
  /** The id that is meant. */
  get field(): string | undefined {
    return this.facts['field'] as string | undefined;
  }
}

/** The refusal `invalid_key`. */
export class InvalidKeyError extends NexusError {
  /** Which rule the key breaks. */
  get reason(): string | undefined {
    return this.facts['reason'] as string | undefined;
  }
}

/** The refusal `compacted`. */
export class CompactedError extends NexusError {
  /** The oldest revision whose changes are kept. */
  get oldestRevision(): number | undefined {
    return this.facts['oldestRevision'] as number | undefined;
  }
}

/** The refusal `locked`. */
export class LockedError extends NexusError {
  /** The lock that others hold. */
  get lock(): string | undefined {
    return this.facts['name'] as string | undefined;
  }

  /** When it ends unless it is renewed. */
  get expiresAt(): string | undefined {
    return this.facts['expiresAt'] as string | undefined;
  }
}

/** The refusal `turn_ended`. */
export class TurnEndedError extends NexusError {
  /** The turn that is over. */
  get turnId(): string | undefined {
    return this.facts['turnId'] as string | undefined;
  }
}

/** The refusal `proposal_closed`. */
export class ProposalClosedError extends NexusError {
  /** The proposal that is closed. */
  get proposalId(): string | undefined {
    return this.facts['proposalId'] as string | undefined;
  }
}

/** The refusal `lock_lost`. */
export class LockLostError extends NexusError {
  /** The lock that is lost. */
  get lock(): string | undefined {
    return this.facts['name'] as string | undefined;
  }

  /** The newest number that was given out. */
  get fencingToken(): number | undefined {
    return this.facts['fencingToken'] as number | undefined;
  }
}

/** The refusal `value_too_large`. */
export class ValueTooLargeError extends NexusError {
  /** How large it may be. */
  get limitBytes(): number | undefined {
    return this.facts['limitBytes'] as number | undefined;
  }
}

/** The refusal `forbidden`. */
export class ForbiddenError extends NexusError {
  /** The scope that the token lacks. */
  get requiredScope(): string | undefined {
    return this.facts['requiredScope'] as string | undefined;
  }

  /** The role that the caller lacks. */
  get requiredRole(): string | undefined {
    return this.facts['requiredRole'] as string | undefined;
  }
}

/** The refusal `already_exists`. */
export class AlreadyExistsError extends NexusError {
  /** The version of the panel that is there. */
  get currentVersion(): number | undefined {
    return this.facts['currentVersion'] as number | undefined;
  }
}

/** The refusal `version_conflict`. */
export class VersionConflictError extends NexusError {
  /** The version that there is now. */
  get currentVersion(): number | undefined {
    return this.facts['currentVersion'] as number | undefined;
  }

  /** The version that the caller named, of a key. */
  get expected(): number | undefined {
    return this.facts['expected'] as number | undefined;
  }

  /** The version that there is, of a key; 0 where it holds nothing. */
  get found(): number | undefined {
    return this.facts['found'] as number | undefined;
  }

  /** The operation of a transaction that was refused, from 0. */
  get transactionIndex(): number | undefined {
    return this.facts['transactionIndex'] as number | undefined;
  }
}

/** The refusal `merge_conflict`. */
export class MergeConflictError extends NexusError {
  /** The places where both changes cannot stand. */
  get conflicts(): readonly Conflict[] {
    return (this.facts['conflicts'] ?? []) as readonly Conflict[];
  }

  /** The version that the change was based on. */
  get baseVersion(): number | undefined {
    return this.facts['baseVersion'] as number | undefined;
  }

  /** The version that there is now. */
  get currentVersion(): number | undefined {
    return this.facts['currentVersion'] as number | undefined;
  }
}

/** The refusal `precondition_failed`. */
export class PreconditionFailedError extends NexusError {
  /** The version that there is now. */
  get currentVersion(): number | undefined {
    return this.facts['currentVersion'] as number | undefined;
  }
}

/** The refusal `patch_failed`. */
export class PatchFailedError extends NexusError {
  /** The operation that cannot be applied, from 0. */
  get operationIndex(): number {
    return this.facts['operationIndex'] as number;
  }

  /** The pointer that could not be followed. */
  get path(): string {
    return this.facts['path'] as string;
  }

  /** Why. */
  get reason(): string {
    return this.facts['reason'] as string;
  }
}

/** The refusal `state_too_large`. */
export class StateTooLargeError extends NexusError {
  /** How large the state would be. */
  get sizeBytes(): number | undefined {
    return this.facts['sizeBytes'] as number | undefined;
  }

  /** How large it may be. */
  get limitBytes(): number | undefined {
    return this.facts['limitBytes'] as number | undefined;
  }
}

/** The refusal `state_too_deep`. */
export class StateTooDeepError extends NexusError {
  /** Where the value is. */
  get pointer(): string | undefined {
    return this.facts['pointer'] as string | undefined;
  }
}

/** The refusal `unsupported_value`. */
export class UnsupportedValueError extends NexusError {
  /** Where the value is. */
  get pointer(): string {
    return this.facts['pointer'] as string;
  }
}

/** The refusal `rate_limited`. */
export class RateLimitedError extends NexusError {
  /** When to try again. */
  get retryAfterSeconds(): number | undefined {
    return this.facts['retryAfterSeconds'] as number | undefined;
  }

  /** The limit that was reached. */
  get policy(): string | undefined {
    return this.facts['policy'] as string | undefined;
  }
}

/** The refusal `unavailable`. */
export class UnavailableError extends NexusError {
  /** When to try again. */
  get retryAfterSeconds(): number | undefined {
    return this.facts['retryAfterSeconds'] as number | undefined;
  }
}
