/** The longest delay that a timer takes. */
const maxDelayMs = 2_147_483_647;

/**
 * Calls a sweep when the next key is due, and at an interval for keys of other processes. It does not keep the process
 * running.
 */
export class Sweeper {
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #running: Promise<void> | undefined;
  #closed = false;

  /**
   * @param sweep deletes what is due; gives the milliseconds until the next key is due, where it knows of one
   * @param intervalMs the longest pause between two sweeps; undefined where no other process writes
   */
  constructor(
    private readonly sweep: () => Promise<number | undefined>,
    private readonly intervalMs: number | undefined,
  ) {
    if (intervalMs !== undefined) this.expect(intervalMs);
  }

  /** A key is due in so many milliseconds. */
  expect(inMs: number): void {
    const at = performance.now() + inMs;
    if (this.#closed || at >= this.#dueAt) return;
    this.#dueAt = at;
    this.#arm();
  }

  /** Ends the sweeps, and waits for the one that runs. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const delay = Math.min(Math.max(1, Math.ceil(this.#dueAt - performance.now())), maxDelayMs);
    this.#timer = setTimeout(() => this.#fire(), delay);
    // Browsers have no unref().
    this.#timer.unref?.();
  }

  #fire(): void {
    if (this.#running) return;
    this.#dueAt = Infinity;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    let next: number | undefined;
    try {
      next = await this.sweep();
    } catch {
      // The backend is away. Reads hide what is due meanwhile, and the next sweep deletes it.
      next = 1_000;
    }
    this.#running = undefined;
    if (this.#closed) return;
    const inMs = Math.min(next ?? Infinity, this.intervalMs ?? Infinity);
    this.#dueAt = Math.min(this.#dueAt, performance.now() + inMs);
    if (this.#dueAt < Infinity) this.#arm();
  }
}
