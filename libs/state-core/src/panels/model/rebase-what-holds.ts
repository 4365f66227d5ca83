import {
  type Conflict,
  type JsonPatch,
  type JsonValue,
  PatchFailed,
  type PatchRequest,
  type RebaseOutcome,
  type StalePatch,
  parsePointer,
  rebase,
  valueAt,
} from '@nexus-state/documents';

type Operation = PatchRequest[number];

/** What of a patch could be moved over the changes its author had not seen. */
export interface HeldPatch {
  /** The state with what was accepted and what of the patch holds. */
  readonly value: JsonValue;
  /** Leads from `current` to `value`. */
  readonly patch: JsonPatch;
  /** What does not hold, as conflicts. */
  readonly conflicts: readonly Conflict[];
  /** The operations that do not hold, in their order, for the state that their author saw. */
  readonly dropped: PatchRequest;
}

/** A patch is tried in parts at most so often; what was not tried by then is dropped. */
const maxAttempts = 256;

/**
 * Moves a patch over the changes its author had not seen, as `rebase` does, and drops the operations that collide with them instead
 * of refusing all. What depends on a dropped operation is dropped with it: what is at its place or below, and, after a change of
 * the length of an array, everything in that array. Where a `test` does not hold, all is dropped.
 * @throws what `rebase` throws
 */
export function rebaseWhatHolds(stale: Omit<StalePatch, 'onConflict'>): HeldPatch {
  const parts = new Parts(stale);
  parts.take(stale.incoming);
  return parts.result();
}

class Parts {
  readonly #kept: Operation[] = [];
  readonly #dropped: Operation[] = [];
  readonly #conflicts = new Map<string, Conflict>();
  /** At and below these pointers nothing holds any more. */
  readonly #blocked: string[] = [];
  #attempts = 0;
  #last: Extract<RebaseOutcome, { readonly outcome: 'rebased' }>;

  constructor(private readonly stale: Omit<StalePatch, 'onConflict'>) {
    this.#last = { outcome: 'rebased', value: stale.current, patch: [] };
  }

  /** Keeps what holds of some operations, which come behind those that were taken before. */
  take(operations: PatchRequest): void {
    const [first] = operations;
    if (!first) return;
    const isAlone = operations.length === 1;
    const isBlocked = operations.some((operation) => this.#isBlocked(operation));
    if (isBlocked && isAlone) return this.#drop(first, [this.#conflictAt(first)]);
    const conflicts = isBlocked ? [] : this.#try(operations);
    if (!conflicts) return;
    if (isAlone) return this.#drop(first, conflicts);
    const middle = Math.ceil(operations.length / 2);
    this.take(operations.slice(0, middle));
    this.take(operations.slice(middle));
  }

  result(): HeldPatch {
    const conflicts = [...this.#conflicts.values()];
    if (this.#dropped.some(({ op }) => op === 'test'))
      return { value: this.stale.current, patch: [], conflicts, dropped: this.stale.incoming };
    const { value, patch } = this.#last;
    return { value, patch, conflicts, dropped: this.#dropped };
  }

  /** Keeps operations where all of them hold. @returns the conflicts where they do not */
  #try(operations: PatchRequest): readonly Conflict[] | undefined {
    const last = operations.at(-1) as Operation;
    // The first attempt is the whole patch, and may throw: then its author could not have applied it either.
    const isFirst = this.#attempts === 0;
    if (this.#attempts++ >= maxAttempts) return [this.#conflictAt(last)];
    try {
      const outcome = rebase({
        ...this.stale,
        incoming: [...this.#kept, ...operations],
        onConflict: 'merge',
      });
      if (outcome.outcome === 'conflict') return outcome.conflicts;
      this.#kept.push(...operations);
      this.#last = outcome;
      return undefined;
    } catch (error) {
      // It needs what was dropped.
      if (isFirst || !(error instanceof PatchFailed)) throw error;
      return [this.#conflictAt(last)];
    }
  }

  #drop(operation: Operation, conflicts: readonly Conflict[]): void {
    this.#dropped.push(operation);
    for (const pointer of pointersOf(operation)) this.#blocked.push(blockedBy(operation, pointer));
    for (const conflict of conflicts)
      if (!this.#conflicts.has(conflict.path)) this.#conflicts.set(conflict.path, conflict);
  }

  #isBlocked(operation: Operation): boolean {
    return pointersOf(operation).some((pointer) =>
      this.#blocked.some((blocked) => pointer === blocked || pointer.startsWith(`${blocked}/`)),
    );
  }

  #conflictAt(operation: Operation): Conflict {
    const { path } = operation;
    const theirs = valueAt(this.stale.current, parsePointer(path) ?? []);
    return {
      path,
      ...('value' in operation && operation.op !== 'inc' ? { yours: operation.value } : {}),
      ...(theirs === undefined ? {} : { theirs }),
    };
  }
}

function pointersOf(operation: Operation): string[] {
  return 'from' in operation ? [operation.path, operation.from] : [operation.path];
}

/** What a dropped operation leaves undecided: an element that does not come or go leaves the places behind it as they were. */
function blockedBy({ op }: Operation, pointer: string): string {
  const keepsPlaces = op === 'replace' || op === 'inc' || op === 'test';
  return keepsPlaces ? pointer : pointer.replace(/\/(\d+|-)$/, '');
}
