/**
 * Something that is opened when it is first needed, such as a subscription. Callers share one attempt; after a failure the
 * next caller tries again.
 */
export class LazyResource {
  #opening: Promise<void> | undefined;
  #release: (() => Promise<void>) | undefined;
  #closed = false;

  /**
   * @param acquire opens it
   * @param onFailure called when that failed
   */
  constructor(
    private readonly acquire: () => Promise<() => Promise<void>>,
    private readonly onFailure: (error: unknown) => void = () => undefined,
  ) {}

  /** Resolves once it is open, or this attempt has failed, or it is closed. Never throws. */
  open(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#opening ??= this.acquire().then(
      (release) => void (this.#release = release),
      (error: unknown) => {
        this.#opening = undefined;
        this.onFailure(error);
      },
    );
    return this.#opening;
  }

  /** Releases it, also where it is just being opened; it is not opened again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }
}
