import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { writeDurably } from './write-durably';

const extension = '.lock';
const beatMs = 5_000;
/** A lock that was not touched for so long is held by nobody, whoever has the number of its process now. */
const goneMs = 30_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** The locks that this very process holds. */
const ownLocks = new Set<string>();

/** Says that the opener of a document is there: as long as its process lives and touches the file. */
export class SessionLock {
  readonly #beat: ReturnType<typeof setInterval>;

  private constructor(private readonly file: string) {
    this.#beat = setInterval(() => void touch(file), beatMs);
    this.#beat.unref();
  }

  static async take(folder: string, id: string): Promise<SessionLock> {
    const file = path.join(folder, id + extension);
    const holder: Holder = { pid: process.pid, host: hostname() };
    ownLocks.add(file);
    await writeDurably(file, JSON.stringify(holder));
    return new SessionLock(file);
  }

  static async isHeld(folder: string, id: string): Promise<boolean> {
    const file = path.join(folder, id + extension);
    if (ownLocks.has(file)) return true;
    try {
      const { pid, host } = JSON.parse(await readFile(file, 'utf8')) as Holder;
      if (Date.now() - (await stat(file)).mtimeMs > goneMs) return false;
      return host !== hostname() || (pid !== process.pid && isAlive(pid));
    } catch {
      return false;
    }
  }

  static async forget(folder: string, id: string): Promise<void> {
    await rm(path.join(folder, id + extension), { force: true });
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    ownLocks.delete(this.file);
    await rm(this.file, { force: true });
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
