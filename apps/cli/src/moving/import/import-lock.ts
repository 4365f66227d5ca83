import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes } from '../../cli/exit-codes';
import { Failure } from '../../cli/failures';

/**
 * Keeps a second process from working on an import.
 * @returns gives it back
 * @throws Failure while another process has it
 */
export async function lockImport(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'process');
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw new Failure(`Process ${holder} works on this import.`, exitCodes.conflict);
    }
    // It was killed.
    await writeFile(file, String(process.pid));
  }
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
