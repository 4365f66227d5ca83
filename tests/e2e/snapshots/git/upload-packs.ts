import { readFileSync, readdirSync } from 'node:fs';

/** How many processes of `git upload-pack` there are for repositories in a folder. */
export function uploadPacksOf(root: string): number {
  const serving = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && servesFrom(root, pid));
  // A process that one of them has just forked has its command line until it runs another program.
  return serving.filter((pid) => !serving.includes(parentOf(pid))).length;
}

function parentOf(pid: string): string {
  try {
    return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
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
