import type { StoredDocument } from '../../document/stored-document';

/** What one opener of a document has stored. */
export interface StoredRecord {
  readonly id: string;
  /** Names the document. */
  readonly name: string;
  readonly document: StoredDocument;
}

/** The time until which an opener is there, where the browser has no locks. */
export interface Lease {
  readonly id: string;
  readonly until: number;
}

const documents = 'documents';
const leases = 'leases';

/** The database of the storage: its records and leases. */
export class RecordStore {
  private constructor(private readonly database: IDBDatabase) {}

  static async open(name: string): Promise<RecordStore> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(documents, { keyPath: 'id' }).createIndex('name', 'name');
      opening.result.createObjectStore(leases, { keyPath: 'id' });
    };
    const database = await done(opening);
    // Another version of this library may want to change the database.
    database.onversionchange = () => database.close();
    return new RecordStore(database);
  }

  ofDocument(name: string): Promise<StoredRecord[]> {
    const store = this.database.transaction(documents).objectStore(documents);
    return done<StoredRecord[]>(store.index('name').getAll(name));
  }

  get(id: string): Promise<StoredRecord | undefined> {
    return done(this.database.transaction(documents).objectStore(documents).get(id));
  }

  async put(record: StoredRecord): Promise<void> {
    const transaction = this.database.transaction(documents, 'readwrite', { durability: 'strict' });
    transaction.objectStore(documents).put(record);
    await committed(transaction);
  }

  async delete(id: string): Promise<void> {
    const transaction = this.database.transaction(documents, 'readwrite');
    transaction.objectStore(documents).delete(id);
    await committed(transaction);
  }

  /**
   * Takes or renews a lease, unless it is somebody else's.
   * @param isOurs whether it is to be renewed
   */
  async lease({ id, until }: Lease, isOurs: boolean): Promise<boolean> {
    const transaction = this.database.transaction(leases, 'readwrite');
    const store = transaction.objectStore(leases);
    const held = await done<Lease | undefined>(store.get(id));
    const isFree = isOurs || !held || held.until < Date.now();
    if (isFree) store.put({ id, until });
    await committed(transaction);
    return isFree;
  }

  async endLease(id: string): Promise<void> {
    const transaction = this.database.transaction(leases, 'readwrite');
    transaction.objectStore(leases).delete(id);
    await committed(transaction);
  }
}

function done<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}
