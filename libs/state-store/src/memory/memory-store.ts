import type { Retention } from '../store/backend';
import { LocalStore } from '../store/local-store';
import { Maintenance } from '../store/maintenance';
import { MemoryBackend } from './memory-backend';

export interface MemoryStoreOptions {
  /** How many changes are kept for watches. */
  readonly retention?: Retention;
}

/** Keys in the memory of this process, for tests and for what may be lost with it. */
export class MemoryStore extends LocalStore {
  constructor({ retention }: MemoryStoreOptions = {}) {
    const backend = new MemoryBackend(retention);
    super(backend, (write) => new Maintenance(backend, write, { retention }));
  }
}
