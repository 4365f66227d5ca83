import { share } from './share';
import { SharedStore } from './shared-store';
import { type Freshness, VersionWatch } from './version-watch';

/** Something that was read, or is being read. */
export interface ValueSnapshot<T> {
  readonly data: T | undefined;
  readonly loading: boolean;
  readonly error: Error | undefined;
}

/** What is shown before anything is known, and on a server. */
export const loadingValue: ValueSnapshot<never> = { data: undefined, loading: true, error: undefined };

/** What a value is read from. */
export interface ValueOrigin<T> {
  read(signal: AbortSignal): Promise<T>;
  /** Where it is to be kept up to date with a panel. */
  readonly freshness?: Freshness<ValueSnapshot<T>> | undefined;
  /** Where something else says when to read again; the function that it returns ends that. */
  readonly watch?: ((renew: () => void) => () => void) | undefined;
  /** How long it is kept, in milliseconds, once nobody shows it: for what does not change. Otherwise hardly at all. */
  readonly keepMs?: number | undefined;
}

/** One answer of the service, read once for all components that show it. */
export class ValueStore<T> extends SharedStore<ValueSnapshot<T>> {
  #stopping = new AbortController();
  #reading: Promise<void> | undefined;
  #isStale = false;
  /** Whether somebody asked to read it again, who is told that it is being read. */
  #isAsked = false;
  #watch: VersionWatch<ValueSnapshot<T>> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(
    private readonly origin: ValueOrigin<T>,
    onStopped: () => void,
  ) {
    super(loadingValue, onStopped);
  }

  protected override get lingerMs(): number {
    const { data, error } = this.snapshot;
    return data === undefined || error ? super.lingerMs : (this.origin.keepMs ?? super.lingerMs);
  }

  /** Reads it again; done when what there is was asked for after now. */
  refresh(): Promise<void> {
    if (this.isRunning) {
      this.#isAsked = true;
      this.update({ loading: true });
    }
    return this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (!this.isRunning) return;
    this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  protected start(): void {
    this.#stopping = new AbortController();
    void this.refresh();
    const { freshness } = this.origin;
    this.#watch = freshness && new VersionWatch(this, freshness);
    // Nobody is told that it is being read: it was not asked for.
    this.#unwatch = this.origin.watch?.(() => void this.#refresh());
  }

  protected stop(): void {
    this.#stopping.abort();
    this.#watch?.stop();
    this.#unwatch?.();
  }

  async #readAll(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      this.#isAsked = false;
      const outcome = await this.origin.read(signal).then(
        (data) => ({ data: share(this.snapshot.data, data), error: undefined }),
        (error: Error) => ({ error }),
      );
      if (signal.aborted) return;
      this.update({ ...outcome, loading: this.#isAsked });
    }
    this.#watch?.check();
  }
}
