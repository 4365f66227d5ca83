/** How long one turn of the event loop lasts, in milliseconds. */
const turnMs = 8;

/** Shares the event loop: for work in many short parts that together take long. */
export class FairTurns {
  #started = performance.now();

  /** Yields to the event loop where this turn has lasted long enough. Await it between two parts. */
  async pause(): Promise<void> {
    if (performance.now() - this.#started < turnMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#started = performance.now();
  }
}
