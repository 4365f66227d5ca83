import type { StoredDocument } from '../../document/stored-document';
import { newId } from '../../http/transport';
import type { DocumentStorage, StorageSession } from '../document-storage';
import { isOutdated, newest } from '../memory';
import { type StoredRecord, RecordStore } from './record-store';
import { type SessionLocks, chooseLocks } from './session-locks';

/**
 * Keeps documents in IndexedDB, so that pending changes survive a tab that is closed: the next tab that opens the document takes
 * them over. Several tabs of one origin share it.
 * @param options `name` of the database, `nexus-state` where not given: one for each user of the page
 */
export function indexedDbStorage({ name = 'nexus-state' }: { readonly name?: string } = {}): DocumentStorage {
  let opened: Promise<{ store: RecordStore; locks: SessionLocks }> | undefined;
  const open = async () => {
    const store = await RecordStore.open(name);
    return { store, locks: chooseLocks(name, store) };
  };
  return {
    open: async (document) => {
      // A database that could not be opened is tried again by the next document.
      opened ??= open().catch((error) => {
        opened = undefined;
        throw error;
      });
      const { store, locks } = await opened;
      return new IndexedDbSession(document, store, locks);
    },
  };
}

/** One opener: a record with what it has stored, and a lock while it is there. */
class IndexedDbSession implements StorageSession {
  #id: string | undefined;
  #release: (() => void) | undefined;

  constructor(
    private readonly name: string,
    private readonly store: RecordStore,
    private readonly locks: SessionLocks,
  ) {}

  async adopt(): Promise<StoredDocument | undefined> {
    for (const { id, document } of await this.store.ofDocument(this.name)) {
      if (document.pending.length === 0) continue;
      const release = await this.locks.take(id);
      if (!release) continue;
      // Another tab may have sent it between reading and locking.
      const record = await this.store.get(id);
      if (record && record.document.pending.length > 0) {
        this.#id = id;
        this.#release = release;
        return record.document;
      }
      release();
    }
    return undefined;
  }

  async latest(): Promise<StoredDocument | undefined> {
    return newest((await this.store.ofDocument(this.name)).map(({ document }) => document));
  }

  async save(document: StoredDocument): Promise<void> {
    if (this.#id === undefined) {
      this.#id = newId();
      // The lock is there before the record: nobody takes over what has only just begun.
      this.#release = await this.locks.take(this.#id);
    }
    const record: StoredRecord = { id: this.#id, name: this.name, document };
    await this.store.put(record);
  }

  async close(): Promise<void> {
    const id = this.#id;
    const own = id === undefined ? undefined : await this.store.get(id);
    if (own) await this.#tidyUp(own);
    this.#release?.();
    this.#release = undefined;
  }

  async #tidyUp(own: StoredRecord): Promise<void> {
    for (const { id, document } of await this.store.ofDocument(this.name)) {
      if (id === own.id || !isOutdated(document, own.document)) continue;
      const release = await this.locks.take(id);
      if (!release) continue;
      await this.store.delete(id);
      release();
    }
  }
}
