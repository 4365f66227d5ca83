import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Folders in which git leaves lock files and half-written files behind when it is killed. */
const folders = ['.', 'refs', 'refs/heads', 'objects/info', 'objects/pack'];

/**
 * Clears away what killed git processes left in a repository: lock files, which would stop every later commit, and
 * half-written files, which would only fill the disk.
 *
 * Only for who holds the workspace's exclusive right. A git process of a killed worker can live on for the moment it
 * needs to finish, so a lock counts as left behind once it has not changed for `staleAfterMs`; until then it is waited for.
 */
export async function clearLeftovers(gitDir: string, staleAfterMs: number): Promise<void> {
  for (const folder of folders) {
    for (const name of await namesIn(join(gitDir, folder))) {
      const path = join(gitDir, folder, name);
      if (name.endsWith('.lock')) await removeOnceStale(path, staleAfterMs);
      else if (isHalfWritten(name) && Date.now() - (await changeOf(path)) > staleAfterMs)
        await rm(path, { force: true });
    }
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

function isHalfWritten(name: string): boolean {
  return name.startsWith('tmp_') || name.startsWith('.tmp-') || name.startsWith('fast_import_crash_');
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
