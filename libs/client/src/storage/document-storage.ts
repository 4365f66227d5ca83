import type { StoredDocument } from '../document/stored-document';

/** Keeps documents and their pending changes where a process may end, so that the next one goes on. */
export interface DocumentStorage {
  /**
   * Opens the store of a document for one who changes it.
   * @param name of the document
   */
  open(name: string): Promise<StorageSession>;
}

/** What one opener of a document stores. While it is open, no other one takes over what it has stored. */
export interface StorageSession {
  /**
   * Takes over what was left behind with pending changes by an opener that is gone: each by one opener only. It is kept as
   * what this session has stored.
   * @returns undefined where there is none
   */
  adopt(): Promise<StoredDocument | undefined>;
  /** The newest confirmed state that any opener has stored, to begin with while there is no connection. */
  latest(): Promise<StoredDocument | undefined>;
  /** Stores the document in place of what this session stored before; done when it would survive a crash. */
  save(document: StoredDocument): Promise<void>;
  /** Ends the session. Pending changes stay for the next opener. */
  close(): Promise<void>;
}
