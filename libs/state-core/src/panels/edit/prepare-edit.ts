import {
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  PatchTooLarge,
  type PatchRequest,
  compareStates,
  isJsonObject,
  largeSourceOf,
  mergePatch,
} from '@nexus-state/documents';
import type { LargeWork } from '../large';
import {
  type Limits,
  type PanelKey,
  type StateContent,
  contentOfText,
  isLarge,
  stateContent,
} from '../model';
import { type HistoryPorts, pastContent } from '../read-version';
import type { Edit } from './edit';
import { checkPatchLimits } from './patch-limits';

/** An edit that was checked, with what can be worked out before the panel is known. */
export type PreparedEdit =
  | { readonly kind: 'create' | 'replace' | 'revert'; readonly content: StateContent }
  | Extract<Edit, { readonly kind: 'patch' | 'merge-patch' | 'delete' }>;

/**
 * Checks what an edit brings, and reads the state that it reverts to.
 * @param at where the edit is in the request, for messages (RFC 6901)
 * @throws PatchTooLarge, PatchTooLong, StateTooLarge, StateTooDeep, UnsupportedValue
 * @throws PanelNotFound, VersionNotFound when there is no state at the version to revert to
 */
export async function prepareEdit(
  key: PanelKey,
  edit: Edit,
  ports: HistoryPorts & { readonly limits: Limits },
  at?: string,
): Promise<PreparedEdit> {
  if (edit.kind !== 'revert') return checkFairly(edit, ports, at);
  const past = await pastContent(key, { version: edit.targetVersion }, ports);
  // Limits may have been lowered since.
  const content = isLarge(past.stateSizeBytes)
    ? contentOfText(await ports.large.content(past.stateText, ports.limits))
    : stateContent(past.state, ports.limits);
  return { kind: 'revert', content };
}

/**
 * Checks what an edit brings: at once what is small, and the rest without holding up other requests.
 * @throws what `checkEdit` throws, at once or later; Unavailable
 */
export function checkFairly(
  edit: Exclude<Edit, { readonly kind: 'revert' }>,
  { limits, large }: { readonly limits: Limits; readonly large: LargeWork },
  at = '',
): PreparedEdit | Promise<PreparedEdit> {
  const text = largeTextOf(edit);
  return text === undefined ? checkEdit(edit, limits, at) : checkLarge(edit, text, { limits, large }, at);
}

/**
 * Checks what an edit brings.
 * @param at where the edit is in the request, for messages (RFC 6901)
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

async function checkLarge(
  edit: Exclude<Edit, { readonly kind: 'revert' }>,
  text: string,
  { limits, large }: { readonly limits: Limits; readonly large: LargeWork },
  at: string,
): Promise<PreparedEdit> {
  switch (edit.kind) {
    case 'create':
    case 'replace':
      return { kind: edit.kind, content: contentOfText(await large.content(text, limits, at)) };
    case 'patch':
      if (edit.patch.length > limits.patchOperations)
        throw new PatchTooLarge(edit.patch.length, limits.patchOperations);
      await large.checkPatch(text, limits, at);
      return edit;
    case 'merge-patch':
      await large.content(text, limits, at);
      return edit;
    case 'delete':
      return edit;
  }
}

/** What a caller has sent of an edit, as text, where it is large. */
function largeTextOf(edit: Edit): string | undefined {
  switch (edit.kind) {
    case 'create':
    case 'replace':
      return largeSourceOf(edit.state);
    case 'patch':
      return largeSourceOf(edit.patch);
    case 'merge-patch':
      return largeSourceOf(edit.document);
    default:
      return undefined;
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
