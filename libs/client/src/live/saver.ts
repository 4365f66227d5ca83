import type { StoredDocument } from '../document/stored-document';
import type { StorageSession } from '../storage/document-storage';

const laterMs = 1_000;

/** Stores a document whenever it has changed: one write at a time, and none for what is outdated already. */
export class Saver {
  #isWanted = false;
  #later: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly session: StorageSession | undefined,
    private readonly read: () => StoredDocument | undefined,
  ) {}

  /** Stores what there is in a while: what others did can be read again. */
  saveLater(): void {
    if (this.session) this.#later ??= setTimeout(() => this.save(), laterMs);
  }

  /** Stores what there is now, soon. */
  save(): void {
    if (!this.session) return;
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#isWanted = true;
    this.#running ??= this.#run(this.session);
    // Who has to know waits for `saved`.
    this.#running.catch(() => undefined);
  }

  /** Done when what there is now is stored; fails when storing fails. */
  async saved(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Stores what there is and ends the session. */
  async close(): Promise<void> {
    if (this.#later !== undefined) this.save();
    await this.saved().catch(() => undefined);
    await this.session?.close();
  }

  async #run(session: StorageSession): Promise<void> {
    // The changes of one turn are stored together.
    await Promise.resolve();
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        const document = this.read();
        if (document) await session.save(document);
      }
    } finally {
      // At once: what is wanted from now on needs another run.
      this.#running = undefined;
    }
  }
}
