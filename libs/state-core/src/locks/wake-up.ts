/** Waits for a call, for some time to pass, or for a signal, until the first of them. A call that came before counts. */
export class WakeUp {
  #called = false;
  #wake: (() => void) | undefined;

  /** Ends the wait that is under way, or the next one. */
  call(): void {
    this.#called = true;
    this.#wake?.();
  }

  /** @param ms at most so long; not at all where the signal is aborted */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#called && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end);
        this.#wake = end;
        function end(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          resolve();
        }
      });
    }
    this.#wake = undefined;
    this.#called = false;
  }
}
