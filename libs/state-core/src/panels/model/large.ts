import type { JsonObject, JsonPatch } from '@nexus-state/documents';
export { isLarge } from '@nexus-state/documents';
import { lazyMember } from './lazy-member';
import type { StateContent } from './state-content';

/** What is derived from a state, without the state itself. */
export interface ContentText {
  /** The state's canonical text (RFC 8785). */
  readonly stateText: string;
  /** SHA-256 of `stateText`, hex. */
  readonly checksum: string;
  /** Length of `stateText` in UTF-8 bytes. */
  readonly stateSizeBytes: number;
  /** See `countStateVariables`. */
  readonly stateVariables: number;
}

/** A patch as text. */
export interface PatchText {
  /** Canonical (RFC 8785). */
  readonly text: string;
  /** How many operations it has. */
  readonly operations: number;
}

/** An object with a state that is parsed when it is first asked for. */
export function withLazyState<T extends { readonly stateText: string }>(
  object: T,
): T & { readonly state: JsonObject } {
  const target = { ...object } as T & { state: JsonObject };
  lazyMember<{ state: JsonObject }, 'state'>(
    target,
    'state',
    () => JSON.parse(object.stateText) as JsonObject,
  );
  return target;
}

/** A content whose state is parsed when it is first asked for. */
export function contentOfText(content: ContentText): StateContent {
  return withLazyState(content);
}

/** An object with a large patch that is parsed when it is first asked for. */
export function withLazyPatch<T extends { readonly largePatch: PatchText }>(
  object: T,
): T & { readonly patch: JsonPatch } {
  const target = { ...object } as T & { patch: JsonPatch };
  lazyMember<{ patch: JsonPatch }, 'patch'>(
    target,
    'patch',
    () => JSON.parse(object.largePatch.text) as JsonPatch,
  );
  return target;
}

/** The patch that creates a panel with this state, as text. */
export function creationText(stateText: string): PatchText {
  return { text: `${creationHead}${stateText}}]`, operations: 1 };
}

/** The state that a patch adds at the root, as text; undefined when it does something else. */
export function createdText({ text, operations }: PatchText): string | undefined {
  return operations === 1 && text.startsWith(creationHead) ? text.slice(creationHead.length, -2) : undefined;
}

const creationHead = '[{"op":"add","path":"","value":';
