/** The longest time a timer can wait; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** Calls once an instant has come, however far away it is. */
export class ExpiryTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onExpired: () => void) {}

  /** Waits for another instant. @param expiresAt seconds since 1970; undefined for never */
  set(expiresAt: number | undefined): void {
    this.clear();
    if (expiresAt === undefined) return;
    const leftMs = expiresAt * 1000 - Date.now();
    this.#timer =
      leftMs > longestMs
        ? setTimeout(() => this.set(expiresAt), longestMs)
        : setTimeout(this.onExpired, Math.max(0, leftMs));
    this.#timer.unref();
  }

  /** Waits no longer. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
