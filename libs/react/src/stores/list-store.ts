import type { Page, Pages } from '@nexus-state/client';
import { share } from './share';
import { SharedStore } from './shared-store';
import { type Freshness, VersionWatch } from './version-watch';

/** A list, as far as it was read. */
export interface ListSnapshot<T> {
  readonly items: readonly T[];
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** Whether there are more to load. */
  readonly hasMore: boolean;
}

/** What is shown before anything is known, and on a server. */
export const loadingList: ListSnapshot<never> = {
  items: [],
  loading: true,
  error: undefined,
  hasMore: false,
};

/** What a list is read from. */
export interface ListOrigin<T> {
  read(signal: AbortSignal): Pages<T>;
  /** Tells items apart: one that is at another place is still the same. */
  keyOf(item: T): unknown;
  readonly pageSize: number;
  /** Where it is to be kept up to date with a panel. */
  readonly freshness?: Freshness<ListSnapshot<T>> | undefined;
  /** Where something else says when to read again, or changes what was read; the function that it returns ends that. */
  readonly watch?: ((renew: () => void, change: (edit: EditList<T>) => void) => () => void) | undefined;
}

/** Changes a list as far as it was read. */
export type EditList<T> = (list: { readonly items: readonly T[]; readonly hasMore: boolean }) => readonly T[];

/** What was read, and where it goes on. */
interface Part<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** A list of the service, read page by page, once for all components that show it. */
export class ListStore<T> extends SharedStore<ListSnapshot<T>> {
  #stopping = new AbortController();
  #cursor: string | null = null;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** How many of those that wait are shown as loading. */
  #shown = 0;
  #watch: VersionWatch<ListSnapshot<T>> | undefined;
  #unwatch: (() => void) | undefined;
  /** Edits while it is being read: what is read may be older than they are. */
  #edits: EditList<T>[] = [];

  constructor(
    private readonly origin: ListOrigin<T>,
    onStopped: () => void,
  ) {
    super(loadingList, onStopped);
  }

  /** Reads again as much as was read. */
  refresh(): Promise<void> {
    return this.#refresh(true);
  }

  #refresh(isShown: boolean): Promise<void> {
    // One that has not begun yet will see what is new, too.
    if (this.#waiting > 1) return this.#work;
    return this.#inTurn(isShown, async (signal) => {
      let { items, nextCursor }: Page<T> = await this.#page(signal);
      while (nextCursor !== null && items.length < this.snapshot.items.length) {
        const page: Page<T> = await this.#page(signal, nextCursor);
        items = [...items, ...page.items];
        ({ nextCursor } = page);
      }
      return { items, cursor: nextCursor };
    });
  }

  /** Reads the next page. */
  loadMore(): Promise<void> {
    if (!this.snapshot.hasMore || this.#shown > 0) return this.#work;
    return this.#inTurn(true, async (signal) => {
      // It may have become shorter meanwhile.
      if (this.#cursor === null) return { items: this.snapshot.items, cursor: null };
      const page = await this.#page(signal, this.#cursor);
      return { items: [...this.snapshot.items, ...page.items], cursor: page.nextCursor };
    });
  }

  protected start(): void {
    this.#stopping = new AbortController();
    void this.refresh();
    const { freshness } = this.origin;
    this.#watch = freshness && new VersionWatch(this, freshness);
    // Nobody is told that it is being read: it was not asked for.
    this.#unwatch = this.origin.watch?.(
      () => void this.#refresh(false),
      (edit) => this.#edit(edit),
    );
  }

  protected stop(): void {
    this.#stopping.abort();
    this.#watch?.stop();
    this.#unwatch?.();
  }

  #page(signal: AbortSignal, cursor?: string): Promise<Page<T>> {
    const { pageSize: limit } = this.origin;
    return this.origin.read(signal).page(cursor === undefined ? { limit } : { limit, cursor });
  }

  /** What a reading came to; items of no sense are an error, too. */
  async #outcome(
    read: (signal: AbortSignal) => Promise<Part<T>>,
    signal: AbortSignal,
  ): Promise<Partial<ListSnapshot<T>>> {
    try {
      return this.#taken(await read(signal));
    } catch (error) {
      return { error: error as Error };
    }
  }

  #taken({ items, cursor }: Part<T>): Partial<ListSnapshot<T>> {
    const { keyOf } = this.origin;
    const known = new Map(this.snapshot.items.map((item) => [keyOf(item), item]));
    const shared = items.map((item) => share(known.get(keyOf(item)), item));
    const { items: old } = this.snapshot;
    const isSame = old.length === shared.length && shared.every((item, index) => item === old[index]);
    const hasMore = cursor !== null;
    const read = isSame ? old : shared;
    const edited = this.#edits.reduce((edits, edit) => edit({ items: edits, hasMore }), read);
    this.#cursor = cursor;
    // One that reads after this one may still read what is older than they are.
    if (this.#waiting === 1) this.#edits = [];
    return { items: edited, error: undefined, hasMore };
  }

  #edit(edit: EditList<T>): void {
    if (this.#waiting > 0) this.#edits.push(edit);
    this.update({ items: edit(this.snapshot) });
  }

  /** @param isShown whether it is said that it is being read */
  async #inTurn(isShown: boolean, read: (signal: AbortSignal) => Promise<Part<T>>): Promise<void> {
    if (!this.isRunning) return;
    const { signal } = this.#stopping;
    this.#waiting++;
    if (isShown) {
      this.#shown++;
      this.update({ loading: true });
    }
    this.#work = this.#work.then(async () => {
      const outcome = signal.aborted ? undefined : await this.#outcome(read, signal);
      this.#waiting--;
      if (isShown) this.#shown--;
      if (!outcome || signal.aborted) return;
      this.update({ ...outcome, loading: this.#shown > 0 });
      this.#watch?.check();
    });
    await this.#work;
  }
}
