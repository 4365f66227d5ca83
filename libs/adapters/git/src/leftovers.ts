import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Folders in which git leaves lock files and half-written files behind when it is killed. */
const folders = ['.', 'refs', 'refs/heads', 'objects', 'objects/info', 'objects/pack'];

/**
 * Clears away the lock files that killed git processes left in a repository; they would stop every later commit.
 *
 * Only for who holds the workspace's exclusive right. A git process of a killed worker can live on for the moment it
 * needs to finish, so a lock counts as left behind once it has not changed for `staleAfterMs`; until then it is waited for.
 */
export async function clearLocks(gitDir: string, staleAfterMs: number): Promise<void> {
  await forEachFile(gitDir, async (path) => {
    if (path.endsWith('.lock')) await removeOnceStale(path, staleAfterMs);
  });
}

/**
 * Clears away files that killed git processes left half-written or half-removed; they only fill the disk. Those that are
 * being written at the moment are known by having changed within `staleAfterMs`.
 */
export async function clearHalfWritten(gitDir: string, staleAfterMs: number): Promise<void> {
  await forEachFile(gitDir, async (path) => {
    if (!isUnfinished(basename(path)) && !(await isPackWithoutIndex(path))) return;
    if (Date.now() - (await changeOf(path)) > staleAfterMs) await rm(path, { force: true, recursive: true });
  });
}

function isUnfinished(name: string): boolean {
  return /^(?:tmp_|\.tmp-|fast_import_crash_)/.test(name);
}

/** Git gives a pack its index last, takes it away first, and reads none without. */
async function isPackWithoutIndex(path: string): Promise<boolean> {
  const [, pack] = /^(.*\/pack-[0-9a-f]+)\.(?:pack|rev|keep)$/.exec(path) ?? [];
  return pack !== undefined && (await changeOf(`${pack}.idx`)) === -Infinity;
}

async function forEachFile(gitDir: string, visit: (path: string) => Promise<void>): Promise<void> {
  for (const folder of folders) {
    for (const name of await namesIn(join(gitDir, folder))) await visit(join(gitDir, folder, name));
  }
}

async function removeOnceStale(path: string, staleAfterMs: number): Promise<void> {
  let changedAt = await changeOf(path);
  // What counts is that nothing changes: the clock of a shared disk may be another than ours.
  while (Date.now() - changedAt < staleAfterMs) {
    await sleep(staleAfterMs);
    const before = changedAt;
    changedAt = await changeOf(path);
    if (changedAt === before) break;
  }
  await rm(path, { force: true });
}

/** When a file changed, in milliseconds; minus infinity when it is gone. */
async function changeOf(path: string): Promise<number> {
  return (await stat(path).catch(ifMissing({ mtimeMs: -Infinity }))).mtimeMs;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(ifMissing<string[]>([]));
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
