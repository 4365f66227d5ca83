import type { JsonArray } from '../json';
import type { ArrayContent, Piece, TrackedNode } from './tracked-node';

/** How many elements a piece stands for. */
function lengthOf(piece: Piece): number {
  return piece.kind === 'run' ? piece.end - piece.start : 1;
}

/** How many elements an array has now. */
export function arrayLength({ pieces }: ArrayContent): number {
  return pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
}

/** Pieces from which on a search through them costs more than a piece for every element, where these are not many more. */
const manyPieces = 128;
const elementsPerPiece = 50;

/** An array as it is before anything changes inside. */
export function arrayContent(before: JsonArray, written: boolean): ArrayContent {
  return {
    kind: 'array',
    written,
    before,
    pieces: [{ kind: 'run', start: 0, end: before.length }],
    single: false,
  };
}

/** The position of the piece that starts at an index of the array as it is now; runs are cut where needed. */
function cutAt(content: ArrayContent, index: number): number {
  const { pieces } = content;
  if (content.single) return Math.min(index, pieces.length);
  if (pieces.length > manyPieces && arrayLength(content) <= pieces.length * elementsPerPiece) {
    content.pieces = singlePieces(pieces);
    content.single = true;
    return Math.min(index, content.pieces.length);
  }
  let before = 0;
  for (let position = 0; position < pieces.length; position++) {
    if (before === index) return position;
    const piece = pieces[position] as Piece;
    const length = lengthOf(piece);
    if (piece.kind === 'run' && before + length > index) {
      const middle = piece.start + index - before;
      pieces.splice(position, 1, { ...piece, end: middle }, { ...piece, start: middle });
      return position + 1;
    }
    before += length;
  }
  return pieces.length;
}

function singlePieces(pieces: readonly Piece[]): Piece[] {
  const single: Piece[] = [];
  for (const piece of pieces) {
    if (piece.kind !== 'run') single.push(piece);
    else
      for (let start = piece.start; start < piece.end; start++)
        single.push({ kind: 'run', start, end: start + 1 });
  }
  return single;
}

/**
 * The node of an element, made on the first look.
 * @param nodeOf makes the node of an element of the before
 */
export function elementNode(
  content: ArrayContent,
  index: number,
  nodeOf: (index: number) => TrackedNode,
): TrackedNode {
  const position = cutAt(content, index);
  // Read after the cut, which may have made new ones.
  const { pieces } = content;
  const piece = pieces[position];
  if (!piece) throw new RangeError(`The array has no element ${index}.`);
  if (piece.kind !== 'run') return piece.node;
  const node = nodeOf(piece.start);
  const rest: Piece[] = piece.end - piece.start > 1 ? [{ ...piece, start: piece.start + 1 }] : [];
  pieces.splice(position, 1, { kind: 'element', index: piece.start, node }, ...rest);
  return node;
}

/** Takes an element out that `elementNode` was asked for. */
export function removeElement(content: ArrayContent, index: number): void {
  const position = cutAt(content, index);
  content.pieces.splice(position, 1);
}

/** Puts a node in before the element that is at an index now. */
export function insertElement(content: ArrayContent, index: number, node: TrackedNode): void {
  const position = cutAt(content, index);
  content.pieces.splice(position, 0, { kind: 'insertion', node });
}

/** What happened to an array, by the elements that it had before. */
export interface ArrayChanges {
  /** Elements of the before that are not in their place any more. */
  readonly absent: ReadonlySet<number>;
  /** Elements that are in their place and were looked at. */
  readonly elements: ReadonlyMap<number, TrackedNode>;
  /** What came in before an element of the before; at the before' length: at the end. */
  readonly insertions: ReadonlyMap<number, readonly TrackedNode[]>;
}

/** Finds what happened to an array. Insertions are right before the next element that is in its place. */
export function arrayChanges({ before, pieces }: ArrayContent): ArrayChanges {
  const absent = new Set<number>();
  const elements = new Map<number, TrackedNode>();
  const insertions = new Map<number, TrackedNode[]>();
  let next = 0;
  let waiting: TrackedNode[] = [];
  const reach = (index: number): void => {
    for (; next < index; next++) absent.add(next);
    if (waiting.length > 0) insertions.set(index, waiting);
    waiting = [];
  };
  for (const piece of pieces) {
    if (piece.kind === 'insertion') waiting.push(piece.node);
    else if (piece.kind === 'element') {
      reach(piece.index);
      elements.set(piece.index, piece.node);
      next = piece.index + 1;
    } else if (piece.end > piece.start) {
      reach(piece.start);
      next = piece.end;
    }
  }
  reach(before.length);
  return { absent, elements, insertions };
}
