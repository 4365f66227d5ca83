import {
  type JsonObject,
  type JsonValue,
  type PatchOperation,
  canonicalJson,
  compareStates,
  parsePointer,
  valueAt,
} from '@nexus-state/documents';
import { oneLine } from './format';
import { type Markup, type Outline, outlineOf } from './outline';
import type { PointerGlobs } from './pointer-globs';

/** A change in words, with the value that it has led to. */
export interface DescribedChange {
  readonly pointer: string;
  /** One line. */
  readonly note: string;
  /** The new value; undefined where there is none any more. */
  readonly outline: Outline | undefined;
}

/** Values of so many characters are quoted in a note; longer ones are described. */
const quotedLength = 120;

/**
 * What is different between two states, in words and values.
 * @param globs only changes of values that these patterns match, where they are given
 */
export function describeChanges(
  from: JsonObject,
  to: JsonObject,
  markup: Markup,
  globs?: PointerGlobs,
): DescribedChange[] {
  const patch = compareStates(from, to);
  return patch.flatMap((operation) => describe(operation, from, markup, globs));
}

function describe(
  operation: PatchOperation,
  from: JsonObject,
  markup: Markup,
  globs: PointerGlobs | undefined,
): DescribedChange[] {
  const { path } = operation;
  const tokens = parsePointer(path) ?? [];
  if (globs && !globs.covers(tokens) && !globs.mayCoverBelow(tokens)) return [];
  const value = 'value' in operation ? operation.value : undefined;
  const note = noteOf(operation, from, tokens);
  if (value === undefined) return [{ pointer: path, note, outline: undefined }];
  const values = globs ? globs.select(value, tokens) : [{ pointer: path, value }];
  return values.map(({ pointer, value: inner }) => ({
    pointer,
    note: pointer === path ? note : `Set with ${path === '' ? 'the whole state' : oneLine(path)}.`,
    outline: outlineOf(inner, markup),
  }));
}

function noteOf(operation: PatchOperation, from: JsonObject, tokens: readonly string[]): string {
  const { op } = operation;
  if ('from' in operation) return `${op === 'move' ? 'Moved' : 'Copied'} from ${oneLine(operation.from)}.`;
  // Elements of lists move as a patch goes on: only the value of a member is sure to be the one before.
  const holder = valueAt(from, tokens.slice(0, -1));
  const before = Array.isArray(holder) ? undefined : valueAt(from, tokens);
  const said = before === undefined || op === 'add' ? '' : ` Before: ${quoted(before)}.`;
  const words = { add: 'Added.', replace: 'Replaced.', remove: 'Removed.', test: 'Unchanged.' };
  return `${words[operation.op]}${said}`;
}

/** A value as a note names it: short ones as they are. */
export function quoted(value: JsonValue): string {
  if (typeof value === 'string' && value.length > quotedLength) return `a text of ${value.length} characters`;
  if (typeof value === 'object' && value !== null && Object.keys(value).length > quotedLength)
    return Array.isArray(value)
      ? `a list of ${value.length}`
      : `an object of ${Object.keys(value).length} members`;
  const text = canonicalJson(value);
  if (text.length <= quotedLength) return text;
  return Array.isArray(value)
    ? `a list of ${value.length}`
    : `an object of ${Object.keys(value as object).length} members`;
}

/** What a patch does, in one line of words. */
export function patchInWords(patch: readonly PatchOperation[]): string {
  const most = 5;
  const words = patch.slice(0, most).map((operation) => {
    const path = operation.path === '' ? 'the whole state' : oneLine(operation.path);
    if (operation.op === 'remove') return `removed ${path}`;
    if ('from' in operation)
      return `${operation.op === 'move' ? 'moved' : 'copied'} ${oneLine(operation.from)} to ${path}`;
    return `${operation.op === 'add' ? 'added' : 'set'} ${path}: ${quoted(operation.value)}`;
  });
  const more = patch.length > most ? ` and ${patch.length - most} more` : '';
  return `${words.join('; ')}${more}`;
}
