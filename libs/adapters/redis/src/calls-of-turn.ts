/** So many characters go together: a script that writes them all holds up other clients for a millisecond or two. */
const maxLength = 256 * 1024;

/** Calls that go together. */
interface Batch<T> {
  readonly calls: T[];
  length: number;
  readonly sent: Promise<void>;
}

/**
 * Sends calls that are made in one turn of the event loop as one: a command to Redis costs the process about as much for many of them as
 * for one. They are made in their order, and what becomes of one becomes of all that it was sent with.
 */
export class CallsOfTurn<T> {
  /** What is gathered now, by its group. */
  readonly #gathering = new Map<string, Batch<T>>();

  /** @param send makes calls of one group, in their order */
  constructor(private readonly send: (calls: readonly T[]) => Promise<unknown>) {}

  /**
   * Makes a call, together with the others of its group.
   * @param length how many characters it has, about
   * @throws what `send` throws
   */
  add(group: string, call: T, length: number): Promise<void> {
    let batch = this.#gathering.get(group);
    if (!batch || batch.length + length > maxLength) {
      batch = this.#begin(group);
      this.#gathering.set(group, batch);
    }
    batch.calls.push(call);
    batch.length += length;
    return batch.sent;
  }

  #begin(group: string): Batch<T> {
    const calls: T[] = [];
    const batch: Batch<T> = {
      calls,
      length: 0,
      sent: Promise.resolve().then(async () => {
        if (this.#gathering.get(group) === batch) this.#gathering.delete(group);
        await this.send(calls);
      }),
    };
    return batch;
  }
}
