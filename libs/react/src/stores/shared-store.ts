/** How long a store outlives its last user, in milliseconds: a component that is mounted again at once finds it as it was. */
const shortly = 500;

/**
 * What several components read: one of each kind, however many they are. It works while somebody uses it, and stops soon after.
 * Its snapshot is replaced, never changed.
 */
export abstract class SharedStore<S extends object> {
  readonly #initial: S;
  readonly #listeners = new Set<() => void>();
  #snapshot: S;
  #users = 0;
  #isRunning = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** @param onStopped told when it has stopped: it can be forgotten */
  constructor(
    initial: S,
    private readonly onStopped: () => void,
  ) {
    this.#initial = initial;
    this.#snapshot = initial;
  }

  get snapshot(): S {
    return this.#snapshot;
  }

  protected get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins to work; called while it does where `isOver`. */
  protected abstract start(): void;

  protected abstract stop(): void;

  /** Whether there is something to finish before it may stop. */
  protected get isBusy(): boolean {
    return false;
  }

  /** Whether something else has ended it, so that it has to be started anew. */
  protected get isOver(): boolean {
    return false;
  }

  /** How long it outlives its last user, in milliseconds. */
  protected get lingerMs(): number {
    return shortly;
  }

  /** Uses it; the function that it returns ends that. */
  hold(): () => void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#users++;
    if (!this.#isRunning || this.isOver) {
      this.#isRunning = true;
      this.start();
    }
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      if (--this.#users > 0) return;
      this.#linger = setTimeout(() => this.#end(), this.lingerMs);
      // Node.js does not go on for it alone.
      (this.#linger as { unref?(): void }).unref?.();
    };
  }

  /** Uses it, and is told of every new snapshot; the function that it returns ends that. */
  subscribe(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    const release = this.hold();
    return () => {
      this.#listeners.delete(own);
      release();
    };
  }

  /** Takes what is new. */
  protected update(change: Partial<S>): void {
    const names = Object.keys(change) as (keyof S)[];
    if (names.every((name) => Object.is(change[name], this.#snapshot[name]))) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Ends it where it waits for nothing but to be done with its work. */
  protected settled(): void {
    if (this.#isRunning && this.#users === 0 && this.#linger === undefined) this.#end();
  }

  #end(): void {
    this.#linger = undefined;
    if (this.#users > 0 || this.isBusy) return;
    this.#isRunning = false;
    this.stop();
    this.#snapshot = this.#initial;
    this.onStopped();
  }
}
