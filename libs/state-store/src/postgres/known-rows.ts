import type { Row } from '../model';

const maxRows = 4_096;
/** Larger values are read again where a merge needs them. */
const maxValueBytes = 2_048;
const unread = new Uint8Array();

/**
 * What this process last saw of keys. It is a guess on which writes are decided: the database refuses a write whose guess is wrong, and
 * tells how the keys are. A good guess saves the question.
 */
export class KnownRows {
  readonly #rows = new Map<string, Row>();

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Whether the value of a row is known, too. */
  isWhole(key: string): boolean {
    return this.#rows.get(key)?.value?.bytes !== unread;
  }

  set(row: Row): void {
    const { value } = row;
    this.#rows.delete(row.key);
    const isLarge = value !== undefined && value.bytes.byteLength > maxValueBytes;
    this.#rows.set(row.key, isLarge ? { ...row, value: { ...value, bytes: unread } } : row);
    if (this.#rows.size > maxRows) this.#rows.delete(this.#rows.keys().next().value as string);
  }

  forget(key: string): void {
    this.#rows.delete(key);
  }
}
