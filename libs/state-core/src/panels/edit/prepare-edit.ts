import {
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  PatchTooLarge,
  type PatchRequest,
  checkFaithful,
  compareStates,
  isJsonObject,
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
 * @throws PatchTooLarge, StateTooLarge, StateTooDeep, UnsupportedValue
 * @throws PanelNotFound, VersionNotFound when there is no state at the version to revert to
 */
export async function prepareEdit(
  key: PanelKey,
  edit: Edit,
  ports: HistoryPorts & { readonly limits: Limits },
): Promise<PreparedEdit> {
  if (edit.kind !== 'revert') return checkEdit(edit, ports.limits);
  const { state } = await pastState(key, { version: edit.targetVersion }, ports);
  return { kind: 'revert', content: stateContent(state, ports.limits) };
}

/**
 * Checks what an edit brings.
 * @throws PatchTooLarge, StateTooLarge, StateTooDeep, UnsupportedValue
 */
export function checkEdit(edit: Exclude<Edit, { readonly kind: 'revert' }>, limits: Limits): PreparedEdit {
  switch (edit.kind) {
    case 'create':
    case 'replace':
      return { kind: edit.kind, content: stateContent(edit.state, limits) };
    case 'patch':
      checkPatchLimits(edit.patch, limits);
      return edit;
    case 'merge-patch':
      stateContent(edit.document, limits);
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

// A patch is stored beside the state, so its values must be as faithful; it nests two levels deeper than they do.
function checkPatchLimits(patch: PatchRequest, limits: Limits): void {
  if (patch.length > limits.patchOperations) throw new PatchTooLarge(patch.length, limits.patchOperations);
  checkFaithful(patch as unknown as JsonValue, limits.stateDepth + 2);
}
