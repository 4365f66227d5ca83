/** Growing pauses between attempts, with jitter. */
export class Backoff {
  #attempts = 0;

  constructor(
    private readonly firstMs = 50,
    private readonly longestMs = 2_000,
  ) {}

  /** @param signal ends the pause */
  wait(signal?: AbortSignal): Promise<void> {
    const longest = Math.min(this.firstMs * 2 ** this.#attempts++, this.longestMs);
    return pause(longest * (0.5 + Math.random() / 2), signal);
  }

  reset(): void {
    this.#attempts = 0;
  }
}

/** Resolves after a time, or when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
