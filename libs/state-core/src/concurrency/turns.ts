/** Lets only so many do something at the same time; the others wait in line. */
export class Turns {
  #running = 0;
  readonly #line = new Set<() => void>();

  /** @param atOnce how many may do it at once, from 1 */
  constructor(private readonly atOnce: number) {}

  /** How many wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Does the work when it is its turn; answers, or throws, as the work does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Waits for a turn that ends when its holder says so.
   * @param signal leaves the line when it fires; this throws its reason then
   * @returns ends the turn; calling it twice is harmless
   */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#running < this.atOnce) this.#running++;
    else await this.#wait(signal);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const [next] = this.#line;
      if (next) next();
      else this.#running--;
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => settle(resolve);
      const giveUp = () => settle(() => reject(signal?.reason as Error));
      const settle = (then: () => void) => {
        this.#line.delete(begin);
        signal?.removeEventListener('abort', giveUp);
        then();
      };
      this.#line.add(begin);
      signal?.addEventListener('abort', giveUp);
    });
  }
}
