import type { Written } from '../group-commit';
import { PatchTooLarge, type JsonValue, checkFaithful, type PatchRequest } from '@nexus-state/documents';
import type { Limits } from '../model';
import { type EditPanel, type EditPorts, editPanel } from './edit-panel';

/** A JSON Patch for a panel. */
export interface PatchPanel extends Omit<EditPanel, 'patchFor'> {
  readonly patch: PatchRequest;
}

/**
 * Applies a JSON Patch (RFC 6902) to a panel: all of its operations or none.
 * @throws PatchTooLarge, and whatever `editPanel` does
 */
export async function patchPanel({ patch, ...edit }: PatchPanel, ports: EditPorts): Promise<Written> {
  checkPatchLimits(patch, ports.limits);
  return editPanel({ ...edit, patchFor: () => patch }, ports);
}

/**
 * Holds a patch against the limits. It is stored beside the state, so its values must be as faithful; it nests two
 * levels deeper than they do.
 * @throws PatchTooLarge, StateTooDeep, UnsupportedValue
 */
export function checkPatchLimits(patch: PatchRequest, limits: Limits): void {
  if (patch.length > limits.patchOperations) throw new PatchTooLarge(patch.length, limits.patchOperations);
  checkFaithful(patch as unknown as JsonValue, limits.stateDepth + 2);
}
