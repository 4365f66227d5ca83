import {
  type Conflict,
  type JsonPatch,
  type JsonValue,
  PatchFailed,
  type PatchRequest,
  type RebaseOutcome,
  type StalePatch,
  appendToken,
  applyPatch,
  parsePointer,
  rebaseUnlessApart,
  valueAt,
} from '@nexus-state/documents';

type Operation = PatchRequest[number];

/** What of a patch could be moved over the changes its author had not seen. */
export interface HeldPatch {
  /** The state with what was accepted and what of the patch holds. */
  readonly value: JsonValue;
  /** Leads from `current` to `value`. */
  readonly patch: JsonPatch;
  /** What does not hold, as conflicts; `yours` is the last value that the author gave. */
  readonly conflicts: readonly Conflict[];
  /** The operations that do not hold, in their order; they apply to the state that their author saw. */
  readonly dropped: PatchRequest;
}

/** A patch is tried in parts at most so often; what was not tried by then is dropped. */
const maxAttempts = 256;

/**
 * Moves a patch over the changes its author had not seen, as `rebase` does, and drops the operations that collide with them instead
 * of refusing all. What depends on a dropped operation is dropped with it: what is at its place or below, and, after a change of
 * the length of an array, everything in that array; and so is what a dropped operation depends on. Where a `test` does not hold,
 * all is dropped.
 * @throws what `rebase` throws
 */
export function rebaseWhatHolds(stale: Omit<StalePatch, 'onConflict'>): HeldPatch {
  const parts = new Parts(stale);
  parts.take(stale.incoming);
  parts.disentangle();
  return parts.result();
}

class Parts {
  #kept: Operation[] = [];
  readonly #dropped: Operation[] = [];
  readonly #conflicts = new Map<string, Conflict>();
  /** The conflicts of the whole patch, by their paths: each names the last value that its author gave. */
  readonly #whole = new Map<string, Conflict>();
  /** At and below these pointers nothing holds any more. */
  readonly #blocked: string[] = [];
  readonly #order: ReadonlyMap<Operation, number>;
  #attempts = 0;
  /** What its author came to. */
  #wanted: JsonValue | undefined;
  #last: Extract<RebaseOutcome, { readonly outcome: 'rebased' }>;

  constructor(private readonly stale: Omit<StalePatch, 'onConflict'>) {
    this.#last = { outcome: 'rebased', value: stale.current, patch: [] };
    this.#order = new Map(stale.incoming.map((operation, index) => [operation, index]));
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

  /**
   * Drops what dropped operations need, and what needs them, so that each part applies without the other. Where the rest does not
   * hold by itself, all is dropped.
   */
  disentangle(): void {
    const before = this.#kept.length;
    for (;;) {
      const entangled = this.#kept.filter((kept) => this.#isEntangled(kept));
      if (entangled.length === 0) break;
      this.#kept = this.#kept.filter((kept) => !entangled.includes(kept));
      for (const operation of entangled) this.#drop(operation, [this.#conflictAt(operation)]);
    }
    if (this.#kept.length === before) return;
    const rest = this.#kept.splice(0);
    this.#last = { outcome: 'rebased', value: this.stale.current, patch: [] };
    if (rest.length > 0 && this.#try(rest)) this.#dropped.push(...rest);
  }

  result(): HeldPatch {
    const { value, patch } = this.#last;
    const conflicts = [...this.#conflicts.values()];
    if (this.#dropped.some(({ op }) => op === 'test'))
      return { value: this.stale.current, patch: [], conflicts, dropped: this.stale.incoming };
    const dropped = this.#dropped.toSorted((one, other) => this.#orderOf(one) - this.#orderOf(other));
    return { value, patch, conflicts, dropped };
  }

  /** Keeps operations where all of them hold. @returns the conflicts where they do not */
  #try(operations: PatchRequest): readonly Conflict[] | undefined {
    const last = operations.at(-1) as Operation;
    // The first attempt is the whole patch, and may throw: then its author could not have applied it either.
    const isFirst = this.#attempts === 0;
    if (this.#attempts++ >= maxAttempts) return [this.#conflictAt(last)];
    try {
      const outcome = rebaseUnlessApart({
        ...this.stale,
        incoming: [...this.#kept, ...operations],
        onConflict: 'merge',
      });
      if (outcome.outcome === 'conflict') {
        if (isFirst) for (const conflict of outcome.conflicts) this.#whole.set(conflict.path, conflict);
        return outcome.conflicts;
      }
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
      this.#conflicts.set(conflict.path, this.#whole.get(conflict.path) ?? conflict);
  }

  #isBlocked(operation: Operation): boolean {
    return pointersOf(operation).some((pointer) =>
      this.#blocked.some((blocked) => isAtOrBelow(pointer, blocked)),
    );
  }

  /** Whether a dropped operation, behind it, is about what it makes, or moves; or a dropped one before it did so to its place. */
  #isEntangled(kept: Operation): boolean {
    if (kept.op === 'test') return false;
    return this.#dropped.some((dropped) =>
      this.#orderOf(kept) < this.#orderOf(dropped) ? isWithin(dropped, kept) : isWithin(kept, dropped),
    );
  }

  #orderOf(operation: Operation): number {
    return this.#order.get(operation) ?? 0;
  }

  /** The place of an operation that depends on a dropped one, as a conflict: of an element, whose index moves, the array. */
  #conflictAt({ path }: Operation): Conflict {
    this.#wanted ??= applyPatch(this.stale.base, this.stale.incoming, this.stale.bounds).value;
    const tokens = parsePointer(path) ?? [];
    const array = tokens.findIndex((_, length) =>
      Array.isArray(valueAt(this.#wanted as JsonValue, tokens.slice(0, length))),
    );
    const place = array < 0 ? tokens : tokens.slice(0, array);
    const yours = valueAt(this.#wanted, place);
    const theirs = valueAt(this.stale.current, place);
    return {
      path: place.reduce(appendToken, ''),
      ...(yours === undefined ? {} : { yours }),
      ...(theirs === undefined ? {} : { theirs }),
    };
  }
}

function pointersOf(operation: Operation): string[] {
  return 'from' in operation ? [operation.path, operation.from] : [operation.path];
}

/** Whether an operation reaches to where another one left its mark. */
function isWithin(operation: Operation, other: Operation): boolean {
  return pointersOf(operation).some((pointer) =>
    pointersOf(other).some(
      (changed) => pointer === changed || pointer.startsWith(`${blockedBy(other, changed)}/`),
    ),
  );
}

function isAtOrBelow(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`);
}

/** What a dropped operation leaves undecided: an element that does not come or go leaves the places behind it as they were. */
function blockedBy({ op }: Operation, pointer: string): string {
  const keepsPlaces = op === 'replace' || op === 'inc' || op === 'test';
  return keepsPlaces ? pointer : pointer.replace(/\/(\d+|-)$/, '');
}
