import { type Outcome, type Receipt, StoreClosedError, type WriteRequest } from '../model';

/** The most requests that are written in one step. */
const maxBatch = 256;
/** The most bytes of values in one step, unless one request alone has more. */
const maxBatchBytes = 4 * 1_048_576;

interface Waiting {
  readonly request: WriteRequest;
  readonly bytes: number;
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
}

// Browsers have no setImmediate, and a store in memory works there, too.
const nextTurn = typeof setImmediate === 'function' ? setImmediate : queueMicrotask;

/**
 * Group commit: requests that arrive while one batch is written form the next one. A disk that needs a millisecond for a
 * durable step takes many requests in it. Requests are written in the order in which they came.
 */
export class WriteQueue {
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly commit: (requests: readonly WriteRequest[]) => Promise<readonly Outcome[]>) {}

  /**
   * Resolves once the request is durable.
   * @throws what refuses the request
   */
  write(request: WriteRequest): Promise<Receipt> {
    if (this.#closed) return Promise.reject(new StoreClosedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, bytes: bytesOf(request), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses new requests, and resolves once those that wait are done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Requests of the same turn of the event loop go together.
    await new Promise<void>((resolve) => nextTurn(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchSize());
      try {
        const outcomes = await this.commit(batch.map(({ request }) => request));
        batch.forEach((waiting, index) => settle(waiting, outcomes[index] as Outcome));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = undefined;
  }

  #batchSize(): number {
    let size = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (size > 0 && (size === maxBatch || bytes > maxBatchBytes)) break;
      size++;
    }
    return size;
  }
}

function settle({ resolve, reject }: Waiting, outcome: Outcome): void {
  if ('error' in outcome) reject(outcome.error);
  else resolve(outcome.receipt);
}

function bytesOf({ writes }: WriteRequest): number {
  return writes.reduce((sum, write) => sum + (write.type === 'set' ? write.value.bytes.byteLength : 0), 0);
}
