/** How long one turn of the event loop lasts, in milliseconds. */
const turnMs = 8;

/** Shares the event loop: for work in many short parts that together take long. */
export class FairTurns {
  #started = performance.now();

  /** Whether this turn has lasted long enough. */
  get isOver(): boolean {
    return performance.now() - this.#started >= turnMs;
  }

  /** Yields to the event loop where this turn has lasted long enough. Await it between two parts. */
  async pause(): Promise<void> {
    if (!this.isOver) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#started = performance.now();
  }
}

/**
 * Does work on items one after the other, with pauses: for many of which each takes little time.
 * @returns what it gives for each, in order
 */
export async function mapInTurns<T, R>(
  items: readonly T[],
  work: (item: T) => R | Promise<R>,
): Promise<Awaited<R>[]> {
  const turns = new FairTurns();
  const results: Awaited<R>[] = [];
  for (const item of items) {
    const made = work(item);
    // What is there at once, needs no other turn of the microtasks.
    results.push(made instanceof Promise ? await made : (made as Awaited<R>));
    if (turns.isOver) await turns.pause();
  }
  return results;
}
