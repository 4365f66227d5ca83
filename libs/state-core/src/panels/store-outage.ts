/** How long it is remembered that the store did not answer, while no request asks it. */
const rememberedMs = 10_000;

/**
 * That the store is away, as far as it is known. Every question to a store that does not answer lasts as long as the patience
 * with it: while an outage is known, one look at a time is enough, and no request waits for it.
 */
export class StoreOutage {
  #failedAt = -Infinity;
  #looking = false;

  constructor(private readonly now: () => number = Date.now) {}

  /** Whether the store did not answer when it was asked last, which is not long ago. */
  get isKnown(): boolean {
    return this.now() - this.#failedAt < rememberedMs;
  }

  /** To be called when the store did not answer. */
  noticed(): void {
    this.#failedAt = this.now();
  }

  /** To be called when it did. */
  over(): void {
    this.#failedAt = -Infinity;
  }

  /** Looks in the background whether it is over, unless a look is on its way. @param ask asks the store, and says so */
  look(ask: () => Promise<unknown>): void {
    if (this.#looking) return;
    this.#looking = true;
    const end = () => void (this.#looking = false);
    void ask().then(end, end);
  }
}
