/** The tokens of a vocabulary: the bytes of each, one character a byte, and its rank. */
export type Ranks = ReadonlyMap<string, number>;

/** Longer pieces are merged with a heap: looking for the best pair again and again is quadratic. */
const shortPiece = 48;

/**
 * The number of tokens that byte pair encoding makes of a piece: while two neighbours are a token together, those of the lowest rank
 * become one, the leftmost first.
 * @param piece one character a byte
 * @param longest the bytes of the longest token
 */
export function countPairs(piece: string, ranks: Ranks, longest: number): number {
  if (ranks.has(piece)) return 1;
  return piece.length <= shortPiece ? countShort(piece, ranks) : new PairHeap(piece, ranks, longest).count();
}

function countShort(piece: string, ranks: Ranks): number {
  const parts = [...piece];
  for (;;) {
    let best = Infinity;
    let at = -1;
    for (let index = 0; index + 1 < parts.length; index++) {
      const rank = ranks.get(`${parts[index]}${parts[index + 1]}`);
      if (rank === undefined || rank >= best) continue;
      best = rank;
      at = index;
    }
    if (at < 0) return parts.length;
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
}

/** Positions take so much of a key in the heap, ranks the rest: keys are exact up to 2^53. */
const positions = 2 ** 30;

/** Merges a long piece: its parts as a linked list, their pairs in a heap ordered by rank and position. */
class PairHeap {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** The rank of the pair that begins at each part; -1 where there is none. */
  readonly #pairs: Int32Array;
  /** A binary heap of keys; some are of pairs that are no more. */
  readonly #heap: number[] = [];

  constructor(
    private readonly piece: string,
    private readonly ranks: Ranks,
    private readonly longest: number,
  ) {
    const { length } = piece;
    this.#next = new Int32Array(length + 1);
    this.#previous = new Int32Array(length + 1);
    this.#pairs = new Int32Array(length + 1).fill(-1);
    for (let at = 0; at <= length; at++) {
      this.#next[at] = at + 1;
      this.#previous[at] = at - 1;
    }
    for (let at = 0; at < length; at++) this.#look(at);
  }

  count(): number {
    const { length } = this.piece;
    let parts = length;
    for (let key = this.#pop(); key !== undefined; key = this.#pop()) {
      const at = key % positions;
      if (this.#pairs[at] !== Math.floor(key / positions)) continue;
      const gone = this.#next[at] as number;
      const after = this.#next[gone] as number;
      this.#pairs[gone] = -1;
      this.#next[at] = after;
      if (after <= length) this.#previous[after] = at;
      parts--;
      this.#look(at);
      const before = this.#previous[at] as number;
      if (before >= 0) this.#look(before);
    }
    return parts;
  }

  /** Takes note of the pair that begins at a part. */
  #look(at: number): void {
    const middle = this.#next[at] as number;
    const end = middle < this.piece.length ? (this.#next[middle] as number) : Infinity;
    const rank = end - at <= this.longest ? this.ranks.get(this.piece.slice(at, end)) : undefined;
    this.#pairs[at] = rank ?? -1;
    if (rank !== undefined) this.#push(rank * positions + at);
  }

  #push(key: number): void {
    const heap = this.#heap;
    let at = heap.push(key) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  #pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const key = heap.pop();
    if (top === undefined || key === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      const below = heap[child] as number;
      if (below >= key) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = key;
    return top;
  }
}
