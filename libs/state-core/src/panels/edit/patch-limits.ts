import {
  type JsonValue,
  PatchTooLarge,
  PatchTooLong,
  type PatchRequest,
  StateTooLarge,
  bytesPerCharacter,
  checkFaithful,
  jsonSize,
} from '@nexus-state/documents';
import type { Limits } from '../model';

/** A patch may have this many bytes, as canonical JSON, however small states must be. */
const minPatchBytes = 1024 * 1024;

/**
 * Holds a patch against the limits. It is stored beside the state, so its values must be as faithful; it nests two
 * levels deeper than they do. It may have twice the bytes of a state.
 * @param at where the patch is in the request, for messages (RFC 6901)
 * @throws PatchTooLarge, PatchTooLong, StateTooLarge, StateTooDeep, UnsupportedValue
 */
export function checkPatchLimits(patch: PatchRequest, limits: Limits, at: string): void {
  if (patch.length > limits.patchOperations) throw new PatchTooLarge(patch.length, limits.patchOperations);
  const value = patch as unknown as JsonValue;
  const characters = checkFaithful(value, limits.stateDepth + 2, at);
  const maxBytes = Math.max(minPatchBytes, 2 * limits.stateBytes);
  if (characters * bytesPerCharacter <= maxBytes || jsonSize(value, maxBytes) <= maxBytes) return;
  for (const operation of patch) checkValueSize(operation, limits);
  throw new PatchTooLong(maxBytes);
}

function checkValueSize(operation: PatchRequest[number], { stateBytes }: Limits): void {
  const size = 'value' in operation ? jsonSize(operation.value, stateBytes) : 0;
  if (size > stateBytes) throw new StateTooLarge(size, stateBytes);
}
