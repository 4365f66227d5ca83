import {
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  PatchTooLarge,
  PatchTooLong,
  type PatchRequest,
  StateTooLarge,
  bytesPerCharacter,
  checkFaithful,
  compareStates,
  isJsonObject,
  jsonSize,
  mergePatch,
} from '@nexus-state/documents';
import { type Limits, type PanelKey, type StateContent, stateContent } from '../model';
import { type HistoryPorts, pastState } from '../read-version';
import type { Edit } from './edit';

/** An edit that was checked, with what can be worked out before the panel is known. */
export type PreparedEdit =
  | { readonly kind: 'create' | 'replace' | 'revert'; readonly content: StateContent }
  | Extract<Edit, { readonly kind: 'patch' | 'merge-patch' | 'delete' }>;

/**
 * Checks what an edit brings, and reads the state that it reverts to.
 * @param at where the edit stands in the request, for messages (RFC 6901)
 * @throws PatchTooLarge, PatchTooLong, StateTooLarge, StateTooDeep, UnsupportedValue
 * @throws PanelNotFound, VersionNotFound when there is no state at the version to revert to
 */
export async function prepareEdit(
  key: PanelKey,
  edit: Edit,
  ports: HistoryPorts & { readonly limits: Limits },
  at?: string,
): Promise<PreparedEdit> {
  if (edit.kind !== 'revert') return checkEdit(edit, ports.limits, at);
  const { state } = await pastState(key, { version: edit.targetVersion }, ports);
  return { kind: 'revert', content: stateContent(state, ports.limits) };
}

/**
 * Checks what an edit brings.
 * @param at where the edit stands in the request, for messages (RFC 6901)
 * @throws PatchTooLarge, PatchTooLong, StateTooLarge, StateTooDeep, UnsupportedValue
 */
export function checkEdit(
  edit: Exclude<Edit, { readonly kind: 'revert' }>,
  limits: Limits,
  at = '',
): PreparedEdit {
  switch (edit.kind) {
    case 'create':
    case 'replace':
      return { kind: edit.kind, content: stateContent(edit.state, limits, at) };
    case 'patch':
      checkPatchLimits(edit.patch, limits, at);
      return edit;
    case 'merge-patch':
      stateContent(edit.document, limits, at);
      return edit;
    case 'delete':
      return edit;
  }
}

/** An edit as a patch for the state that its author saw. */
export function patchFor(edit: PreparedEdit, base: JsonObject): PatchRequest {
  switch (edit.kind) {
    case 'patch':
      return edit.patch;
    case 'merge-patch':
      return patchTo(base, mergePatch(base, edit.document));
    case 'delete':
      return [{ op: 'remove', path: '' }];
    default:
      return compareStates(base, edit.content.state);
  }
}

function patchTo(base: JsonObject, result: JsonValue): JsonPatch {
  return isJsonObject(result) ? compareStates(base, result) : [{ op: 'replace', path: '', value: result }];
}

/** A patch may have this many bytes, as canonical JSON, however small states must be. */
const minPatchBytes = 1024 * 1024;

/**
 * Holds a patch against the limits. It is stored beside the state, so its values must be as faithful; it nests two
 * levels deeper than they do. It may have twice the bytes of a state.
 */
function checkPatchLimits(patch: PatchRequest, limits: Limits, at: string): void {
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
