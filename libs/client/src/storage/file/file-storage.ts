import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoredDocument } from '../../document/stored-document';
import type { DocumentStorage, StorageSession } from '../document-storage';
import { isOutdated, newest } from '../memory';
import { SessionLock } from './session-lock';
import { writeDurably } from './write-durably';

/**
 * Keeps documents in files, so that pending changes survive a process that crashes: the next one that opens the document takes
 * them over. Several processes may share a folder of one machine.
 * @param folder made where it is not there; only this user may read it
 */
export function fileStorage(folder: string): DocumentStorage {
  return {
    open: async (name) => {
      const own = path.join(folder, createHash('sha256').update(name).digest('hex').slice(0, 32));
      await mkdir(own, { recursive: true, mode: 0o700 });
      return FileSession.begin(own);
    },
  };
}

const extension = '.json';

/** One opener: a file with what it has stored, and a lock while it is there. */
class FileSession implements StorageSession {
  private constructor(
    private readonly folder: string,
    private readonly id: string,
    private readonly lock: SessionLock,
  ) {}

  static async begin(folder: string): Promise<FileSession> {
    const id = randomUUID();
    return new FileSession(folder, id, await SessionLock.take(folder, id));
  }

  async adopt(): Promise<StoredDocument | undefined> {
    for (const id of await this.#left()) {
      const document = await this.#read(id);
      if (!document || document.pending.length === 0) continue;
      // Only one of several that see it can rename it.
      if (!(await renamed(this.#file(id), this.#file(this.id)))) continue;
      await SessionLock.forget(this.folder, id);
      return document;
    }
    return undefined;
  }

  async latest(): Promise<StoredDocument | undefined> {
    const all = await Promise.all((await this.#ids()).map((id) => this.#read(id)));
    return newest(all.filter((document) => document !== undefined));
  }

  async save(document: StoredDocument): Promise<void> {
    await writeDurably(this.#file(this.id), JSON.stringify(document));
  }

  async close(): Promise<void> {
    const own = await this.#read(this.id);
    for (const id of own ? await this.#left() : []) {
      const other = await this.#read(id);
      if (!other || !own || !isOutdated(other, own)) continue;
      await rm(this.#file(id), { force: true });
      await SessionLock.forget(this.folder, id);
    }
    await this.lock.release();
  }

  /** What openers have stored that are gone. */
  async #left(): Promise<string[]> {
    const others = (await this.#ids()).filter((id) => id !== this.id);
    const held = await Promise.all(others.map((id) => SessionLock.isHeld(this.folder, id)));
    return others.filter((_, index) => !held[index]);
  }

  async #ids(): Promise<string[]> {
    const files = await readdir(this.folder);
    return files.filter((file) => file.endsWith(extension)).map((file) => path.basename(file, extension));
  }

  async #read(id: string): Promise<StoredDocument | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(id), 'utf8')) as StoredDocument;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #file(id: string): string {
    return path.join(this.folder, id + extension);
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
