import { readFileSync, readdirSync } from 'node:fs';

/** How many processes of `git upload-pack`, or started by one, there are for repositories in a folder. */
export function uploadPacksOf(root: string): number {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && servesFrom(root, pid)).length;
}

function servesFrom(root: string, pid: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (
      command.some((word) => word.includes('upload-pack')) && command.some((word) => word.startsWith(root))
    );
  } catch {
    return false;
  }
}
