import type { LoggedChange } from '../model';

/** The changes that one watch holds for its reader. */
export const maxBuffered = 64;
/** The bytes of their values; one change alone may have more. */
export const maxBufferedBytes = 1_048_576;

/** The bytes of what a change carries. */
export function bytesOf({ value }: LoggedChange): number {
  return value?.bytes.byteLength ?? 0;
}

/** Changes that wait for their reader: a bounded number, and a bounded size. */
export class ChangeBuffer {
  readonly #changes: LoggedChange[] = [];
  #bytes = 0;

  get size(): number {
    return this.#changes.length;
  }

  /** The change that is read next. */
  get first(): LoggedChange | undefined {
    return this.#changes[0];
  }

  /** @returns whether there was room */
  offer(change: LoggedChange): boolean {
    const bytes = this.#bytes + bytesOf(change);
    if (this.size > 0 && (this.size >= maxBuffered || bytes > maxBufferedBytes)) return false;
    this.#bytes = bytes;
    this.#changes.push(change);
    return true;
  }

  take(): LoggedChange | undefined {
    const change = this.#changes.shift();
    if (change) this.#bytes -= bytesOf(change);
    return change;
  }
}
