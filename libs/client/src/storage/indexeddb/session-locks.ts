import type { RecordStore } from './record-store';

/** Locks that end with the tab that holds them. */
export interface SessionLocks {
  /**
   * Takes a lock.
   * @returns what releases it; undefined where another opener holds it
   */
  take(id: string): Promise<(() => void) | undefined>;
}

/** The locks of the browser; leases where a page has none, because it is not served securely. */
export function chooseLocks(database: string, store: RecordStore): SessionLocks {
  const { locks } = navigator as { readonly locks?: LockManager };
  return locks ? new WebLocks(database, locks) : new Leases(store);
}

/** Web Locks: the browser releases them when the tab is gone. */
class WebLocks implements SessionLocks {
  constructor(
    private readonly database: string,
    private readonly locks: LockManager,
  ) {}

  take(id: string): Promise<(() => void) | undefined> {
    return new Promise((resolve, reject) => {
      const name = `${this.database}/${id}`;
      const held = this.locks.request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        // The lock is held until this promise is settled.
        return new Promise<void>((release) => resolve(() => release()));
      });
      held.catch(reject);
    });
  }
}

const leaseMs = 15_000;
const renewMs = 4_000;

/** Leases: a tab that renews its lease no more is taken to be gone. */
class Leases implements SessionLocks {
  constructor(private readonly store: RecordStore) {}

  async take(id: string): Promise<(() => void) | undefined> {
    const lease = () => ({ id, until: Date.now() + leaseMs });
    if (!(await this.store.lease(lease(), false))) return undefined;
    const timer = setInterval(() => void this.store.lease(lease(), true).catch(() => undefined), renewMs);
    return () => {
      clearInterval(timer);
      void this.store.endLease(id).catch(() => undefined);
    };
  }
}
