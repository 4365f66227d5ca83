import { type FieldProblem, PatchTooLarge, ValidationFailed } from '../errors';
import { type JsonValue, headOf, isJsonObject, isPointerText, largeSourceOf, noteSource } from '../json';
import type { IncrementOperation, PatchOperation, PatchRequest } from './operation';

type Operation = PatchOperation | IncrementOperation;

/** More operations that are none are not listed. */
const maxProblems = 100;

/**
 * Reads a patch as it came over the wire: RFC 6902, with `inc` beside its six operations. Members that an operation
 * does not define are left out, as RFC 6902 section 4 asks.
 * @param value anything
 * @param pointer where the patch is in its body, for messages
 * @param maxOperations a longer patch is refused before its operations are looked at
 * @returns the patch; where its text is large and was noted, it is noted for the patch as well
 * @throws PatchTooLarge; ValidationFailed naming the operations that are none, up to the first hundred
 */
export function readPatch(value: unknown, pointer = '', maxOperations = Infinity): PatchRequest {
  if (!Array.isArray(value))
    throw new ValidationFailed([{ pointer, message: 'must be a list of operations' }]);
  if (value.length > maxOperations) throw new PatchTooLarge(value.length, maxOperations);
  const problems: FieldProblem[] = [];
  const operations: Operation[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const operation = readOperation(item);
    if ('member' in operation) problems.push(problemAt(`${pointer}/${index}`, operation));
    else operations.push(operation);
    if (problems.length === maxProblems) break;
  }
  if (problems.length > 0) throw new ValidationFailed(problems);
  const text = largeSourceOf(value);
  if (text !== undefined) noteSource(operations as unknown as JsonValue, text);
  return operations;
}

interface Fault {
  readonly member: string;
  readonly message: string;
}

function readOperation(item: unknown): Operation | Fault {
  if (!isJsonObject(item)) return { member: '', message: 'must be an object' };
  if (headOf(item)) return { member: '', message: 'has too many members' };
  const { op, path, from } = item;
  if (!isPointer(path)) return { member: 'path', message: 'must be a JSON Pointer (RFC 6901)' };
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      if (!Object.hasOwn(item, 'value')) return { member: 'value', message: 'is missing' };
      return { op, path, value: item['value'] as JsonValue };
    case 'remove':
      return { op, path };
    case 'move':
    case 'copy':
      if (!isPointer(from)) return { member: 'from', message: 'must be a JSON Pointer (RFC 6901)' };
      return { op, from, path };
    case 'inc':
      if (typeof item['value'] !== 'number') return { member: 'value', message: 'must be a number' };
      return { op, path, value: item['value'] };
    default:
      return { member: 'op', message: 'must be one of add, remove, replace, move, copy, test, inc' };
  }
}

function isPointer(value: unknown): value is string {
  return typeof value === 'string' && isPointerText(value);
}

function problemAt(pointer: string, { member, message }: Fault): FieldProblem {
  return { pointer: member === '' ? pointer : `${pointer}/${member}`, message };
}
