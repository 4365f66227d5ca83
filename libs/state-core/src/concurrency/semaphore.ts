/** A counting semaphore with a first-in-first-out queue: work beyond the number of permits waits. */
export class Semaphore {
  #held = 0;
  readonly #queue = new Set<() => void>();

  /** @param permits how many may run at once, from 1 */
  constructor(private readonly permits: number) {}

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Runs the work once there is a permit; resolves, or throws, as the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }

  /**
   * Waits for a permit, which is held until it is released.
   * @param signal leaves the queue when it is aborted; this throws its reason then
   * @returns releases the permit; a second call does nothing
   */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#held < this.permits) this.#held++;
    else await this.#wait(signal);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const [next] = this.#queue;
      if (next) next();
      else this.#held--;
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => settle(resolve);
      const giveUp = () => settle(() => reject(signal?.reason as Error));
      const settle = (then: () => void) => {
        this.#queue.delete(begin);
        signal?.removeEventListener('abort', giveUp);
        then();
      };
      this.#queue.add(begin);
      signal?.addEventListener('abort', giveUp);
    });
  }
}
