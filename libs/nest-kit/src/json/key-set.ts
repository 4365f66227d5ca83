/** How many sets the keys are shared out to; a power of two. */
const shards = 64;

/** So many keys are compared one by one: a set would cost more than that. */
const fewestKeys = 8;

/** How many keys there are before they are shared out. */
const fewKeys = 8 * 1024;

/** How many of the last characters of a key decide about its set. */
const tail = 8;

/**
 * The keys of an object, of which there may be hundreds of thousands. A large set is moved whole whenever it is full, which
 * takes tens of milliseconds; many small ones are full at different times.
 */
export class KeySet {
  #fewest: string[] | undefined;
  #few: Set<string> | undefined;
  readonly #many: Set<string>[] = [];

  constructor(first: string) {
    this.#fewest = [first];
  }

  /** Adds a key. @returns false where it is there already */
  add(key: string): boolean {
    if (this.#fewest) {
      if (this.#fewest.includes(key)) return false;
      if (this.#fewest.push(key) <= fewestKeys) return true;
      this.#few = new Set(this.#fewest);
      this.#fewest = undefined;
      return true;
    }
    if (this.#few && this.#few.size >= fewKeys) this.#share(this.#few);
    const set = this.#few ?? this.#shardOf(key);
    const { size } = set;
    return set.add(key).size > size;
  }

  /** Whether a key is there. */
  has(key: string): boolean {
    return this.#fewest?.includes(key) ?? (this.#few ?? this.#shardOf(key)).has(key);
  }

  #share(few: ReadonlySet<string>): void {
    this.#few = undefined;
    for (let index = 0; index < shards; index++) this.#many.push(new Set());
    for (const key of few) this.#shardOf(key).add(key);
  }

  #shardOf(key: string): Set<string> {
    let hash = key.length;
    for (let at = Math.max(0, key.length - tail); at < key.length; at++)
      hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
    // The last bits alone would be those of the last characters.
    return this.#many[(hash ^ (hash >>> 6) ^ (hash >>> 12)) & (shards - 1)] as Set<string>;
  }
}
