import type { JsonObject, JsonValue } from '../json';
import type { IncrementOperation, PatchOperation, PatchRequest } from '../patch';

/** One step of a random patch; what it really does depends on the document it meets. */
export interface PatchStep {
  readonly op: string;
  /** Chooses the place the step is about. */
  readonly place: number;
  /** Chooses where a value goes. */
  readonly target: number;
  readonly key: string;
  readonly value: JsonValue;
  readonly amount: number;
}

/** A document as a tree of cells with identity: edits reach into it by reference, never by pointer. */
type Cell = { leaf: null | boolean | number | string } | { items: Cell[] } | { members: [string, Cell][] };

interface Place {
  readonly cell: Cell;
  readonly parent: Cell | undefined;
  /** Tokens, unescaped. */
  readonly path: readonly string[];
}

/**
 * Turns steps into a patch for a document, and works out what it must give.
 * @returns operations that all apply; steps that make no sense on the document are left out
 */
export function takeSteps(
  state: JsonObject,
  steps: readonly PatchStep[],
): { patch: PatchRequest; expected: JsonValue } {
  const root = toCell(state);
  const patch = steps.map((step) => takeStep(root, step)).filter((operation) => operation !== undefined);
  return { patch, expected: fromCell(root) };
}

function takeStep(root: Cell, step: PatchStep): PatchOperation | IncrementOperation | undefined {
  const places = placesOf(root);
  const inner = places.slice(1);
  const { value } = step;
  if (step.op === 'add') return { op: 'add', path: insertCell(root, step, toCell(value)), value };
  const place = inner[step.place % inner.length];
  if (!place) return undefined;
  const path = pointer(place.path);
  switch (step.op) {
    case 'remove':
      detach(place);
      return { op: 'remove', path };
    case 'replace':
      overwrite(place, toCell(value));
      return { op: 'replace', path, value };
    case 'test':
      return { op: 'test', path, value: fromCell(place.cell) };
    case 'copy':
      return { op: 'copy', from: path, path: insertCell(root, step, toCell(fromCell(place.cell))) };
    case 'move':
      // Taken out first, so that the target cannot lie within what moves.
      detach(place);
      return { op: 'move', from: path, path: insertCell(root, step, place.cell, path) };
    default: {
      const numbers = inner.filter(({ cell }) => 'leaf' in cell && typeof cell.leaf === 'number');
      const chosen = numbers[step.place % numbers.length];
      if (!chosen || !('leaf' in chosen.cell)) return undefined;
      const sum = (chosen.cell.leaf as number) + step.amount;
      if (Math.abs(sum) > 1e15) return undefined;
      chosen.cell.leaf = sum;
      return { op: 'inc', path: pointer(chosen.path), value: step.amount };
    }
  }
}

/**
 * Puts a cell somewhere in the document, and says where: not at or below `from`, which RFC 6902 section 4.4 forbids by
 * the pointers alone, even where they name another value by then.
 */
function insertCell(root: Cell, step: PatchStep, cell: Cell, from?: string): string {
  const containers = placesOf(root).filter(
    ({ cell: container, path }) =>
      !('leaf' in container) && !(from !== undefined && pointer(path).startsWith(from)),
  );
  const into = containers[step.target % containers.length] as Place;
  if ('items' in into.cell) {
    const index = step.place % (into.cell.items.length + 1);
    const last = index === into.cell.items.length && step.target % 2 === 0;
    into.cell.items.splice(index, 0, cell);
    return pointer([...into.path, last ? '-' : String(index)]);
  }
  if ('members' in into.cell) {
    const present = into.cell.members.find(([key]) => key === step.key);
    if (present) present[1] = cell;
    else into.cell.members.push([step.key, cell]);
  }
  return pointer([...into.path, step.key]);
}

function detach({ cell, parent }: Place): void {
  if (parent && 'items' in parent) parent.items = parent.items.filter((item) => item !== cell);
  if (parent && 'members' in parent) parent.members = parent.members.filter(([, member]) => member !== cell);
}

function overwrite({ cell, parent }: Place, by: Cell): void {
  if (parent && 'items' in parent) parent.items = parent.items.map((item) => (item === cell ? by : item));
  if (parent && 'members' in parent) {
    parent.members = parent.members.map(([key, member]) => [key, member === cell ? by : member]);
  }
}

function placesOf(cell: Cell, parent?: Cell, path: readonly string[] = []): Place[] {
  const here: Place = { cell, parent, path };
  if ('items' in cell)
    return [here, ...cell.items.flatMap((item, at) => placesOf(item, cell, [...path, String(at)]))];
  if ('members' in cell)
    return [here, ...cell.members.flatMap(([key, member]) => placesOf(member, cell, [...path, key]))];
  return [here];
}

function toCell(value: JsonValue): Cell {
  if (Array.isArray(value)) return { items: value.map(toCell) };
  if (typeof value === 'object' && value !== null) {
    return { members: Object.entries(value as JsonObject).map(([key, member]) => [key, toCell(member)]) };
  }
  return { leaf: value as null | boolean | number | string };
}

function fromCell(cell: Cell): JsonValue {
  if ('items' in cell) return cell.items.map(fromCell);
  if ('members' in cell)
    return Object.fromEntries(cell.members.map(([key, member]) => [key, fromCell(member)]));
  return cell.leaf;
}

function pointer(tokens: readonly string[]): string {
  return tokens.map((token) => `/${token.split('~').join('~0').split('/').join('~1')}`).join('');
}
