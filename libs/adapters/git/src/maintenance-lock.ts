import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Names this process, and not one that had its number before. */
const life = randomUUID();

/** Its name on disk is older than the word lock: processes of two releases must agree on it. */
const lockFile = 'maintenance-turn';

/** A lock that is older than this was left behind, by this or another machine. */
const forgottenMs = 3_600_000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly life: string;
}

/**
 * Does something in a repository that only one process may do at a time: two repacks would take away each other's packs.
 * The lock of a process that died ends when another process of the same machine wants it, or after an hour.
 * @returns undefined when another process holds the lock
 */
export async function withMaintenanceLock<T>(gitDir: string, work: () => Promise<T>): Promise<T | undefined> {
  const path = join(gitDir, lockFile);
  if (!(await take(path))) {
    if (!(await isLeftBehind(path))) return undefined;
    await rm(path, { force: true });
    if (!(await take(path))) return undefined;
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  const holder: Holder = { host: hostname(), pid: process.pid, life };
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isLeftBehind(path: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > forgottenMs) return true;
    const holder = JSON.parse(await readFile(path, 'utf8')) as Holder;
    if (holder.host !== hostname()) return false;
    return holder.pid === process.pid ? holder.life !== life : !isAlive(holder.pid);
  } catch {
    // Given back meanwhile, or only being written: the next attempt finds out.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
