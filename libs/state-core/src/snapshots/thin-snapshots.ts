import type { SnapshotRetention } from './ports';
import { thinningStages } from './model';

/** What thinning needs. */
export interface RetentionPorts {
  readonly retention: SnapshotRetention;
  /** After so long, in milliseconds, no automatic snapshot is kept but the newest one of a workspace; 0 keeps all. */
  readonly retentionMs: number;
  /** The clock, in epoch milliseconds; the system's where not given. */
  readonly now?: () => number;
}

/**
 * Thins out old automatic snapshots of all workspaces: all of the last day are kept, then one an hour, after a week one
 * a day. Others stay, and so do all commits.
 * @param signal ends the work in the middle; the next time begins where this one did
 * @returns how many were removed
 * @throws Unavailable when the store is away
 */
export async function thinSnapshots(
  { retention, retentionMs, now = Date.now }: RetentionPorts,
  signal: AbortSignal,
): Promise<{ readonly removed: number }> {
  if (retentionMs === 0) return { removed: 0 };
  const startedAt = now();
  const last = await retention.lastThinned();
  let removed = 0;
  for (const stage of thinningStages(
    startedAt,
    last === undefined ? undefined : Date.parse(last),
    retentionMs,
  ))
    removed += await retention.thin(stage, signal);
  await retention.noteThinned(new Date(startedAt).toISOString());
  return { removed };
}
