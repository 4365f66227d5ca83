import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  JsonText,
  applyPatch,
  canonicalJson,
  compareStates,
  isJsonObject,
  largeText,
  mergePatch,
  readPatch,
  rebaseUnlessApart,
} from '@nexus-state/documents';
import {
  type HistoryStep,
  type ValueOrigin,
  leafPointers,
  mayReach,
  rebuildState,
  valueOrigins,
} from '../history';
import {
  type ContentText,
  type Limits,
  type PatchText,
  type StateContent,
  countStateVariables,
  noLimits,
  rebaseWhatHolds,
  stateContent,
} from '../model';
import { partialDocument } from '../partial-document';
import { checkPatchLimits } from '../edit/patch-limits';
import { prettyJson } from '../../snapshots/model';
import {
  type DescribedChange,
  type Markup,
  type PointedOutline,
  PointerGlobs,
  describeChanges,
  outlinesOf,
} from '../../context/model';

/** A patch, or a merge patch, as text. */
export interface EditText {
  readonly kind: 'patch' | 'merge-patch' | 'replace';
  /** A JSON Patch, a merge patch, or the new state. */
  readonly text: string;
}

/** A state with an edit of it. */
export interface ApplyText {
  readonly stateText: string;
  /** The bytes of `stateText`, where they are known. */
  readonly stateSizeBytes: number | undefined;
  readonly edit: EditText;
  readonly limits: Limits;
}

/** A stale edit, as texts; see `StalePatch`. */
export interface MergeText {
  readonly base: string;
  readonly edit: EditText;
  readonly applied: readonly string[];
  readonly current: string;
  readonly onConflict: 'merge' | 'overwrite' | 'yield';
  readonly limits: Limits;
}

/** A state that an edit has led to, and the patch that leads to it. */
export interface ChangedText {
  readonly outcome: 'changed';
  readonly content: ContentText;
  readonly patch: PatchText;
}

/** What merging comes to. Values of conflicts that are large are texts. */
export type MergedText =
  | ChangedText
  | { readonly outcome: 'conflict'; readonly conflicts: readonly ConflictText[] }
  /** Of an edit that yields: what holds of it, where something does, and the operations that collide as text. */
  | {
      readonly outcome: 'held';
      readonly changed: ChangedText | undefined;
      readonly conflicts: readonly ConflictText[];
      readonly dropped: string;
    };

/** A conflict, each of its values as text. */
export interface ConflictText {
  readonly path: string;
  readonly yours?: string;
  readonly theirs?: string;
}

/** What a version is rebuilt from, as texts; see `rebuildState`. */
export interface RebuildText {
  readonly version: number;
  readonly copy: { readonly version: number; readonly state: string } | undefined;
  readonly steps: readonly (Omit<HistoryStep, 'patch' | 'largePatch'> & { readonly patch: string })[];
}

/** Changes with what was before them, as texts, and the values that are asked for; see `valueOrigins`. */
export interface OriginsText {
  readonly before: RebuildText | undefined;
  /** The version of the first patch. */
  readonly first: number;
  readonly patches: readonly string[];
  readonly pointers: readonly string[];
}

/**
 * Pure work on large JSON: texts in, texts out, so that it can be done where no other request waits. Each throws the refusals
 * of what it is made of.
 */
export const largeTasks = {
  /** The canonical text of a value. */
  canonical: (text: string): string => canonicalJson(parse(text)),

  /** The text of a value as it is committed; see `prettyJson`. */
  pretty: (text: string): string => prettyJson(parse(text)),

  /** The canonical text of a patch. */
  patch: (text: string): PatchText => patchText(parsePatch(text)),

  /** What is derived from a state; see `stateContent`. */
  content: (text: string, limits: Limits, at?: string): ContentText =>
    contentText(stateContent(parse(text), limits, at)),

  /** Holds a patch against the limits; see `checkPatchLimits`. */
  checkPatch: (text: string, limits: Limits, at: string): void =>
    checkPatchLimits(readPatch(parse(text)), limits, at),

  /** The patch that leads from one state to another; see `compareStates`. */
  compare: (from: string, to: string): PatchText =>
    patchText(compareStates(parse<JsonObject>(from), parse<JsonObject>(to))),

  /** Applies an edit to a state. */
  apply: ({ stateText, stateSizeBytes, edit, limits }: ApplyText): ChangedText => {
    const state = parse<JsonObject>(stateText);
    const bounds = { stateBytes: limits.stateBytes, documentBytes: stateSizeBytes };
    const { value, patch } = applyPatch(state, patchOf(edit, state), bounds);
    return changed(value, patch, limits);
  },

  /** Merges a stale edit; see `rebase`. */
  merge: ({ base, edit, applied, current, onConflict, limits }: MergeText): MergedText => {
    const state = parse<JsonObject>(base);
    const stale = {
      base: state,
      incoming: patchOf(edit, state),
      applied: applied.map((text) => parsePatch(text)),
      current: parse<JsonObject>(current),
      bounds: { stateBytes: limits.stateBytes },
    };
    if (onConflict === 'yield') {
      const { value, patch, conflicts, dropped } = rebaseWhatHolds(stale);
      if (dropped.length === 0) return changed(value, patch, limits);
      return {
        outcome: 'held',
        changed: patch.length === 0 ? undefined : changed(value, patch, limits),
        conflicts: conflicts.map(conflictText),
        dropped: JSON.stringify(dropped),
      };
    }
    const outcome = rebaseUnlessApart({ ...stale, onConflict });
    if (outcome.outcome === 'rebased') return changed(outcome.value, outcome.patch, limits);
    return { outcome: 'conflict', conflicts: outcome.conflicts.map(conflictText) };
  },

  /** The state at a version; see `rebuildState`. */
  rebuild: (source: RebuildText): ContentText => contentText(stateContent(stateOf(source), noLimits)),

  /** A part of a panel's document; see `partialDocument`. */
  part: (document: string, path: string): string => partialDocument(document, path),

  /** The outlines of the values that patterns match; see `outlinesOf`. */
  outlines: (stateText: string, markup: Markup, patterns?: readonly string[]): PointedOutline[] =>
    outlinesOf(parse(stateText), markup, patterns && new PointerGlobs(patterns)),

  /** What is different between two states, in words; see `describeChanges`. */
  differences: (from: string, to: string, markup: Markup, patterns?: readonly string[]): DescribedChange[] =>
    describeChanges(parse(from), parse(to), markup, patterns && new PointerGlobs(patterns)),

  /** The pointers to the values inside a state; see `leafPointers`. */
  leaves: (stateText: string, path: string, limitValues: number): string[] | undefined =>
    leafPointers(parse(stateText), path, limitValues),

  /** Whether patches may have set or moved values; see `mayReach`. */
  mayReach: (patches: readonly string[], pointers: readonly string[]): boolean =>
    mayReach(
      patches.map((text) => parsePatch(text)),
      pointers,
    ),

  /** Where values come from; see `valueOrigins`. */
  origins: ({ before, first, patches, pointers }: OriginsText): ValueOrigin[] =>
    valueOrigins(
      before && stateOf(before),
      patches.map((text, index) => ({ version: first + index, patch: parsePatch(text) })),
      pointers,
    ),
};

/** What is done off the event loop, where it is large. */
export type LargeTasks = typeof largeTasks;

/** The names of the tasks. */
export type LargeTaskName = keyof LargeTasks;

function parse<T = JsonValue>(text: string): T {
  return JSON.parse(text) as T;
}

function parsePatch(text: string): JsonPatch {
  return JSON.parse(text) as JsonPatch;
}

function stateOf({ version, copy, steps }: RebuildText): JsonObject {
  return rebuildState(
    version,
    copy && { version: copy.version, state: parse<JsonObject>(copy.state) },
    steps.map((step) => ({ ...step, patch: parsePatch(step.patch) })),
  );
}

function patchOf({ kind, text }: EditText, state: JsonObject): JsonPatch {
  if (kind === 'patch') return readPatch(parse(text)) as JsonPatch;
  const result = kind === 'replace' ? parse(text) : mergePatch(state, parse(text));
  return isJsonObject(result) ? compareStates(state, result) : [{ op: 'replace', path: '', value: result }];
}

function changed(value: JsonValue, patch: JsonPatch, limits: Limits): ChangedText {
  return {
    outcome: 'changed',
    content: contentText(stateContent(value, limits)),
    patch: patchText(patch),
  };
}

function contentText({ state, ...content }: StateContent): ContentText {
  return { ...content, stateVariables: countStateVariables(state) };
}

function patchText(patch: JsonPatch): PatchText {
  return { text: canonicalJson(patch as unknown as JsonValue), operations: patch.length };
}

function conflictText({ path, ...values }: Conflict): ConflictText {
  const texts = Object.entries(values).map(([side, value]) => [side, JSON.stringify(value)] as const);
  return { path, ...Object.fromEntries(texts) };
}

/** A conflict as it is reported, with its large values as texts. */
export function conflictOf({ path, ...values }: ConflictText): Conflict {
  const entries = Object.entries(values).map(([side, text]) => [
    side,
    text.length > largeText ? new JsonText(text) : parse(text),
  ]);
  return { path, ...Object.fromEntries(entries) } as Conflict;
}
