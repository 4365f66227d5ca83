/** Hints that an owner has new changes. They may be lost, late, or for nothing: watches read what is true. */
export interface OwnerSignals {
  /** The owner has new changes, which are committed. */
  announce(owner: string): void;
  /** Calls back after changes of the owner by other processes. @returns what ends it */
  listen(owner: string, listener: () => void): () => void;
  close(): Promise<void>;
}
