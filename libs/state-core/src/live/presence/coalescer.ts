/** Runs work that is requested often: one run at a time, and at most one begins in a pause. */
export class Coalescer {
  #state: 'idle' | 'waiting' | 'running' | 'stopped' = 'idle';
  #timer: NodeJS.Timeout | undefined;
  #ranAt = -Infinity;

  /**
   * @param pauseMs the shortest time between the beginnings of two runs, in milliseconds
   * @param work must not throw
   * @param onIdle called after each run; what is still to be done, or came up meanwhile, is then to be requested
   */
  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<void>,
    private readonly onIdle: () => void,
  ) {}

  /** Whether nothing runs, or is going to. */
  get isIdle(): boolean {
    return this.#state === 'idle' || this.#state === 'stopped';
  }

  /** Asks for a run. Does nothing before the one that was asked for last has ended. */
  request(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    const waitMs = Math.max(0, this.#ranAt + this.pauseMs - Date.now());
    this.#timer = setTimeout(() => void this.#run(), waitMs);
  }

  /** Begins no more runs. */
  stop(): void {
    this.#state = 'stopped';
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#state = 'running';
    this.#ranAt = Date.now();
    await this.work();
    if (this.#state !== 'running') return;
    this.#state = 'idle';
    this.onIdle();
  }
}
