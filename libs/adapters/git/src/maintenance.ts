import type { MaintenanceOutcome } from '@nexus-state/state-core';
import { type GitOptions, runGit } from './git-process';
import { clearHalfWritten } from './leftovers';
import { withMaintenanceLock } from './maintenance-lock';

/** What has to have gathered before repacking is worth its while: the trees of large workspaces are large, too. */
const dueAt = { looseObjects: 500, looseKiB: 8 * 1024, packs: 20 };

/** Repacks need quiet phases in which no file of theirs grows; a file untouched for an hour is a leftover. */
const halfWrittenMs = 3_600_000;

/**
 * Packs what has gathered since the last time. Packs grow geometrically, so that each object is repacked a few times
 * and not each time (git-repack(1), `--geometric`). Concurrent readers find each object in its old place or its
 * new one: git puts the new pack there before it removes what the pack replaces, and looks again when it misses one.
 */
export async function maintainRepository(options: GitOptions): Promise<MaintenanceOutcome> {
  await clearHalfWritten(options.gitDir, halfWrittenMs);
  const outcome = await withMaintenanceLock(options.gitDir, () => repackWhereDue(options));
  return outcome ?? { outcome: 'not-due' };
}

async function repackWhereDue(options: GitOptions): Promise<MaintenanceOutcome> {
  if (!(await isDue(options))) return { outcome: 'not-due' };
  // One thread: requests on this machine come first.
  await runGit(['-c', 'pack.threads=1', 'repack', '--geometric=2', '-d', '-l', '-q'], options);
  // Only what nothing points to, and not what a commit in the making may be about to point to.
  await runGit(['prune', '--expire=1.day.ago'], options);
  return { outcome: 'repacked' };
}

async function isDue(options: GitOptions): Promise<boolean> {
  const counts = await runGit(['count-objects', '-v'], options);
  const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counts)?.[1] ?? 0);
  return of('count') >= dueAt.looseObjects || of('size') >= dueAt.looseKiB || of('packs') >= dueAt.packs;
}
