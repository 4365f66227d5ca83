import { PatchFailed } from '../errors';
import { type JsonValue, parsePointer } from '../json';
import { addExactly } from './add-exactly';
import { DocumentMeter, type PatchBounds } from './document-meter';
import { Draft, EditRefused } from './edit';
import { equalJson } from './equal-json';
import type { IncrementOperation, JsonPatch, PatchOperation, PatchRequest } from './operation';

/** What applying a patch gives: the new document, and the patch with every `inc` resolved to a `replace`. */
export interface PatchResult {
  readonly value: JsonValue;
  readonly patch: JsonPatch;
}

/**
 * Applies a patch (RFC 6902, and `inc`) to a document. The document is not changed; the result shares the parts
 * that the patch does not touch with it, and shares values with the patch: treat both as immutable.
 *
 * @param bounds how large the document may become on the way; for what was accepted once, leave them out
 * @throws PatchFailed with the index of the operation that cannot be applied; nothing is applied then
 * @throws StateTooLarge as soon as the document has more than twice the bytes that a state may have. Only what is within
 *   them is ever built, so the result may still be over the limit of a state: its caller checks that.
 * @throws PatchTooCostly when the operations copy and shift more than one patch may
 */
export function applyPatch(document: JsonValue, patch: PatchRequest, bounds?: PatchBounds): PatchResult {
  const draft = new Draft(document, bounds && new DocumentMeter(document, bounds));
  const resolved = patch.map((operation, index) => {
    try {
      return applyOperation(draft, operation);
    } catch (error) {
      if (error instanceof EditRefused) throw new PatchFailed(index, operation.path, error.message);
      throw error;
    }
  });
  return { value: draft.root, patch: resolved };
}

function applyOperation(draft: Draft, operation: PatchOperation | IncrementOperation): PatchOperation {
  const path = tokensOf(operation.path);
  switch (operation.op) {
    case 'add':
      draft.add(path, operation.value);
      return operation;
    case 'remove':
      draft.remove(path);
      return operation;
    case 'replace':
      draft.replace(path, operation.value);
      return operation;
    case 'test':
      if (!equalJson(draft.get(path), operation.value))
        throw new EditRefused('the value there is different.');
      return operation;
    case 'copy':
      draft.copy(tokensOf(operation.from), path);
      return operation;
    case 'move':
      move(draft, operation.from, operation.path);
      return operation;
    case 'inc':
      return increment(draft, operation, path);
  }
}

function move(draft: Draft, from: string, path: string): void {
  const source = tokensOf(from);
  if (from === path) {
    draft.get(source);
    return;
  }
  if (path.startsWith(`${from}/`)) throw new EditRefused(`a value cannot be moved into itself ("${from}").`);
  draft.add(tokensOf(path), draft.remove(source));
}

function increment(draft: Draft, operation: IncrementOperation, path: readonly string[]): PatchOperation {
  const current = draft.get(path);
  if (typeof current !== 'number') throw new EditRefused('the value there is not a number.');
  const value = addExactly(current, [operation.value]);
  // Past 2^53, and beside a much larger number, a sum silently drops the amount: the increment would not count.
  if (value === undefined) {
    throw new EditRefused(
      current + operation.value === current
        ? 'the amount is too small to change the number there.'
        : 'the sum is beyond what a number can hold exactly (±9007199254740991).',
    );
  }
  draft.replace(path, value);
  return { op: 'replace', path: operation.path, value };
}

function tokensOf(pointer: string): string[] {
  const tokens = parsePointer(pointer);
  if (!tokens) throw new EditRefused(`"${pointer}" is not a JSON Pointer (RFC 6901).`);
  return tokens;
}
