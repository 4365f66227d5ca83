/**
 * A text in pieces, read like a string. A string of megabytes is put together in one go when it is first looked at, which holds
 * up other requests; here, only slices are put together, when they are used.
 */
export class WindowedText {
  readonly length: number;
  /** Where each piece begins. */
  readonly #starts: readonly number[];
  /** The piece that was looked at last, its place among the pieces, and where it begins and ends. */
  #piece = '';
  #index = 0;
  #start = 0;
  #end = 0;

  constructor(private readonly pieces: readonly string[]) {
    let length = 0;
    this.#starts = pieces.map((piece) => (length += piece.length) - piece.length);
    this.length = length;
    this.#select(0);
  }

  /** As that of a string. */
  charCodeAt(at: number): number {
    if (at < this.#start || at >= this.#end) this.#seek(at);
    return this.#piece.charCodeAt(at - this.#start);
  }

  /** As that of a string, for one character. */
  indexOf(character: string, from: number): number {
    for (let at = from; at < this.length; at = this.#end) {
      if (at < this.#start || at >= this.#end) this.#seek(at);
      const found = this.#piece.indexOf(character, at - this.#start);
      if (found >= 0) return this.#start + found;
    }
    return -1;
  }

  /** As that of a string, with a start and an end that are not negative. */
  slice(from: number, to = this.length): string {
    const end = Math.min(to, this.length);
    if (from >= end) return '';
    this.#seek(from);
    let text = this.#piece.slice(from - this.#start, end - this.#start);
    while (this.#end < end) {
      this.#select(this.#index + 1);
      text += this.#piece.slice(0, end - this.#start);
    }
    return text;
  }

  #seek(at: number): void {
    if (at >= this.#start && at < this.#end) return;
    let [low, high] = [0, this.pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    this.#select(low);
  }

  #select(index: number): void {
    this.#piece = this.pieces[index] ?? '';
    this.#index = index;
    this.#start = this.#starts[index] ?? 0;
    this.#end = this.#start + this.#piece.length;
  }
}
