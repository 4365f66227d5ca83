import { type Encryption, noCipher, onlyOwner } from '../model';
import type { Retention } from '../store/backend';
import { LocalStore } from '../store/local-store';
import { Maintenance } from '../store/maintenance';
import { MemoryBackend } from './memory-backend';

export interface MemoryStoreOptions {
  /** How many changes are kept for watches. */
  readonly retention?: Retention;
  /** The keys that sensitive values are encrypted with: a `KeyRing`. Without it, sensitive values are refused. */
  readonly encryption?: Encryption;
}

/** Keys in the memory of this process, for tests and for what may be lost with it. */
export class MemoryStore extends LocalStore {
  constructor({ retention, encryption }: MemoryStoreOptions = {}) {
    const cipher = encryption?.cipherOf(onlyOwner) ?? noCipher;
    const backend = new MemoryBackend(retention, cipher);
    super(backend, (write) => new Maintenance(backend, write, { retention }), cipher);
  }
}
