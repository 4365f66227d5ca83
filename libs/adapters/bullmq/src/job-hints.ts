/** Waits for messages about jobs, which are hints: a waiting caller reads the job itself, and again after a while. */
export class JobHints {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** A promise for the next message about a job, or for the time being over. */
  next(jobId: string, timeoutMs: number): { readonly arrived: Promise<void>; readonly cancel: () => void } {
    const wakers = this.#waiting.get(jobId) ?? new Set();
    this.#waiting.set(jobId, wakers);
    let wake: () => void = () => {};
    const arrived = new Promise<void>((resolve) => (wake = resolve));
    const timer = setTimeout(() => cancel(), Math.max(timeoutMs, 0));
    const cancel = () => {
      clearTimeout(timer);
      wakers.delete(cancel);
      if (wakers.size === 0 && this.#waiting.get(jobId) === wakers) this.#waiting.delete(jobId);
      wake();
    };
    wakers.add(cancel);
    return { arrived, cancel };
  }

  /** A message about a job has come. */
  wake(jobId: string): void {
    for (const wake of [...(this.#waiting.get(jobId) ?? [])]) wake();
  }

  /** Ends all waits. */
  wakeAll(): void {
    for (const jobId of [...this.#waiting.keys()]) this.wake(jobId);
  }
}
