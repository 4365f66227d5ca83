import type { StoredDocument } from '../document/stored-document';
import type { DocumentStorage, StorageSession } from './document-storage';

interface MemoryRecord {
  document: StoredDocument;
  isOpen: boolean;
}

/**
 * Keeps documents in memory: pending changes survive closing a document, and nothing else.
 * @returns what goes into `createClient({ storage })`; several clients may share it
 */
export function memoryStorage(): DocumentStorage {
  const records = new Map<string, Set<MemoryRecord>>();
  return {
    open: async (name) => {
      const ofName = records.get(name) ?? new Set();
      records.set(name, ofName);
      return new MemorySession(ofName);
    },
  };
}

class MemorySession implements StorageSession {
  #own: MemoryRecord | undefined;

  constructor(private readonly records: Set<MemoryRecord>) {}

  async adopt(): Promise<StoredDocument | undefined> {
    for (const record of this.records) {
      if (record.isOpen || record.document.pending.length === 0) continue;
      record.isOpen = true;
      this.#own = record;
      return record.document;
    }
    return undefined;
  }

  async latest(): Promise<StoredDocument | undefined> {
    return newest([...this.records].map(({ document }) => document));
  }

  async save(document: StoredDocument): Promise<void> {
    // As text, so that nobody changes what is stored.
    const copy = JSON.parse(JSON.stringify(document)) as StoredDocument;
    if (this.#own) this.#own.document = copy;
    else {
      this.#own = { document: copy, isOpen: true };
      this.records.add(this.#own);
    }
  }

  async close(): Promise<void> {
    const own = this.#own;
    if (!own) return;
    own.isOpen = false;
    for (const record of this.records)
      if (record !== own && !record.isOpen && isOutdated(record.document, own.document))
        this.records.delete(record);
  }
}

/** The confirmed part of the newest of several stored documents. */
export function newest(documents: readonly StoredDocument[]): StoredDocument | undefined {
  let best: StoredDocument | undefined;
  for (const document of documents) if (!best || document.version > best.version) best = document;
  return best && { ...best, pending: [] };
}

/** Whether a stored document is needed no more beside another one: it has nothing pending and is not newer. */
export function isOutdated(document: StoredDocument, other: StoredDocument): boolean {
  return document.pending.length === 0 && document.version <= other.version;
}
