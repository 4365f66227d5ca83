/** Lets only so many do something at the same time; the others wait in line. */
export class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param atOnce how many may do it at once, from 1 */
  constructor(private readonly atOnce: number) {}

  /** Does the work when it is its turn; answers, or throws, as the work does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
