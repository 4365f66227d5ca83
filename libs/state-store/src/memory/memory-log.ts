import { CompactedError, type LoggedChange, comparePositions, endOf, matches, placeAfter } from '../model';
import type { ChangePage, ChangeQuery } from '../store/backend';

/** The changes that are kept, in order. */
export class MemoryLog {
  #changes: LoggedChange[] = [];
  /** Where the kept ones begin in the array: moving all others for each one that goes would be slow. */
  #start = 0;
  /** The newest revision that is not kept. */
  #floor = 0;
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  append(change: LoggedChange): void {
    this.#changes.push(change);
    this.#revision = change.revision;
  }

  /** @throws CompactedError */
  read({ after, pattern, limit, maxBytes }: ChangeQuery): ChangePage {
    if (comparePositions(after, endOf(this.#floor)) < 0) throw new CompactedError(this.#floor + 1);
    const changes: LoggedChange[] = [];
    let bytes = 0;
    for (let at = this.#firstAfter(after); at < this.#changes.length; at++) {
      const change = this.#changes[at] as LoggedChange;
      if (pattern && !matches(pattern, change.key)) continue;
      bytes += change.value?.bytes.byteLength ?? 0;
      const before = changes.at(-1);
      if (before && (changes.length === limit || bytes > maxBytes)) {
        return { changes, upTo: placeAfter(before), more: true };
      }
      changes.push(change);
    }
    return { changes, upTo: endOf(this.#revision), more: false };
  }

  /** Forgets whole revisions, oldest first, until what is left is few and young enough. */
  compact(maxChanges: number, notBefore: number): void {
    const first = (): LoggedChange | undefined => this.#changes[this.#start];
    for (let change = first(); change; change = first()) {
      if (this.#changes.length - this.#start <= maxChanges && change.at >= notBefore) break;
      this.#floor = change.revision;
      while (first()?.revision === this.#floor) this.#start++;
    }
    if (this.#start * 2 > this.#changes.length) {
      this.#changes = this.#changes.slice(this.#start);
      this.#start = 0;
    }
  }

  #firstAfter(after: ChangeQuery['after']): number {
    let low = this.#start;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions(this.#changes[middle] as LoggedChange, after) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
