import {
  type JsonObject,
  type JsonValue,
  type RebaseOutcome,
  rebase,
  type PatchRequest,
  applyPatch,
} from '..';

/** An operation in short: `['replace', '/a', 1]`, `['inc', '/n', 2]`, `['move', '/from', '/to']`. */
export type Short = readonly [op: string, path: string, value?: JsonValue];

/** A base document, what was accepted since, and what comes in. */
export type Rivals = readonly [base: JsonObject, theirs: readonly Short[], yours: readonly Short[]];

/** A patch from operations in short. */
export function patchOf(operations: readonly Short[]): PatchRequest {
  return operations.map(([op, path, value]) => {
    if (op === 'remove') return { op, path };
    if (op === 'move' || op === 'copy') return { op, from: path, path: value as string };
    return { op, path, value } as never;
  });
}

/** Rebases yours over theirs as history records them: without `inc`. */
export function settle(
  base: JsonObject,
  theirs: readonly Short[],
  yours: readonly Short[],
  onConflict: 'merge' | 'overwrite' = 'merge',
): RebaseOutcome {
  const applied = applyPatch(base, patchOf(theirs));
  return rebase({
    base,
    incoming: patchOf(yours),
    applied: [applied.patch],
    current: applied.value as JsonObject,
    onConflict,
  });
}

/** The merged document; a conflict fails the test. */
export function merged(...rivals: Rivals): JsonValue {
  const result = settle(...rivals);
  if (result.outcome === 'conflict') throw new Error(`conflict: ${JSON.stringify(result.conflicts)}`);
  return result.value;
}

/** The conflicts; the whole outcome where there are none. */
export function conflicts(...rivals: Rivals): unknown {
  const result = settle(...rivals);
  return result.outcome === 'conflict' ? result.conflicts : result;
}

/** The document where the incoming change wins every conflict. */
export function overwritten(...rivals: Rivals): JsonValue {
  const result = settle(...rivals, 'overwrite');
  if (result.outcome === 'conflict') throw new Error('Overwriting never conflicts.');
  return result.value;
}
