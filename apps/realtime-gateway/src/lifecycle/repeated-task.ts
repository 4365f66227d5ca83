/** Work that is done again and again, with a pause after each run, until it is stopped. */
export class RepeatedTask {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param work must not throw
   * @param pauseMs the pause after each run, in milliseconds
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly pauseMs: number,
  ) {}

  /** Begins with a run. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    await this.work();
    this.startLater();
  }

  /** Begins with a pause. */
  startLater(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), this.pauseMs);
  }

  /** Begins no more runs. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
