import { StoreClosedError } from '../model';
import type { LocalStore } from './local-store';

/** A store that stays open until it is given back. */
export interface StoreLease<Store extends LocalStore = LocalStore> {
  readonly store: Store;
  /** Gives it back; only the first call counts. */
  release(): void;
}

interface Opened<Store> {
  readonly store: Store;
  leases: number;
}

/**
 * The stores of many owners in one process: each is opened when it is first asked for, and stays open while somebody uses it. Of
 * those that nobody uses, the ones that were used last stay open, because a store remembers what it saw of its keys.
 */
export class OwnerStores<Store extends LocalStore = LocalStore> {
  readonly #opened = new Map<string, Opened<Store>>();
  #idle = 0;
  #closed = false;

  /**
   * @param open opens the store of an owner
   * @param maxIdle how many stay open that nobody uses
   */
  constructor(
    private readonly open: (owner: string) => Store,
    private readonly maxIdle = 1_000,
  ) {}

  /** How many stores are open. */
  get size(): number {
    return this.#opened.size;
  }

  /** Does something with the store of an owner, which stays open meanwhile. */
  async use<T>(owner: string, work: (store: Store) => Promise<T>): Promise<T> {
    const { store, release } = this.lease(owner);
    try {
      return await work(store);
    } finally {
      release();
    }
  }

  /**
   * The store of an owner, for as long as it is needed.
   * @throws StoreClosedError after `close()`
   */
  lease(owner: string): StoreLease<Store> {
    if (this.#closed) throw new StoreClosedError();
    const opened = this.#opened.get(owner) ?? { store: this.open(owner), leases: 0 };
    // The newest one comes last, so that the first is the one to close.
    if (this.#opened.delete(owner) && opened.leases === 0) this.#idle--;
    this.#opened.set(owner, opened);
    opened.leases++;
    let isHeld = true;
    return {
      store: opened.store,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        if (--opened.leases === 0) this.#idle++;
        this.#closeIdle();
      },
    };
  }

  /** Closes all stores, also those in use. */
  async close(): Promise<void> {
    this.#closed = true;
    const stores = [...this.#opened.values()].map(({ store }) => store);
    this.#opened.clear();
    await Promise.all(stores.map((store) => store.close()));
  }

  #closeIdle(): void {
    if (this.#closed || this.#idle <= this.maxIdle) return;
    for (const [owner, { store, leases }] of this.#opened) {
      if (leases > 0) continue;
      this.#opened.delete(owner);
      this.#idle--;
      // It has nothing to do any more, so there is nothing to fail.
      void store.close().catch(() => undefined);
      return;
    }
  }
}
