import { compareKeys } from '../model';

/** Keys in order. */
export class SortedKeys {
  readonly #keys: string[] = [];

  add(key: string): void {
    const at = this.#firstFrom(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  remove(key: string): void {
    const at = this.#firstFrom(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** The keys with a prefix that come after a key, in order. */
  *range(prefix: string, after: string | undefined): Generator<string> {
    const start = after !== undefined && compareKeys(after, prefix) > 0 ? after : prefix;
    for (let at = this.#firstFrom(start); at < this.#keys.length; at++) {
      const key = this.#keys[at] as string;
      if (key === after) continue;
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  #firstFrom(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#keys[middle] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
