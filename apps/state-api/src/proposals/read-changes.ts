import type { ProposedChangeItem } from '@nexus-state/contracts';
import { type FieldProblem, type JsonObject, ValidationFailed, readPatch } from '@nexus-state/documents';
import type { Limits, ProposedChange } from '@nexus-state/state-core';

const maxChanges = 1_000;

/**
 * Reads the changes of a proposal.
 * @throws ValidationFailed where one has not exactly one of `patches`, `state` and `delete`; PatchTooLarge
 */
export function readChanges(
  items: readonly ProposedChangeItem[],
  { patchOperations }: Pick<Limits, 'patchOperations'>,
): readonly ProposedChange[] {
  if (items.length === 0 || items.length > maxChanges)
    throw invalid({ pointer: '/changes', message: `must hold 1–${maxChanges} changes` });
  return items.map(({ panelId, version, patches, state, delete: deletes }, index): ProposedChange => {
    const pointer = `/changes/${index}`;
    const given = [patches, state, deletes].filter((one) => one !== undefined);
    if (given.length !== 1) throw invalid({ pointer, message: 'must have one of patches, state and delete' });
    if (patches) {
      const at = `${pointer}/patches`;
      return { panelId, version, patches: readPatch(patches, at, patchOperations) };
    }
    if (state) return { panelId, version, state: state as JsonObject };
    if (deletes !== true) throw invalid({ pointer: `${pointer}/delete`, message: 'must be true' });
    return { panelId, version, delete: true };
  });
}

function invalid(problem: FieldProblem): ValidationFailed {
  return new ValidationFailed([problem]);
}
