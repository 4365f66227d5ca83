/** Rows of automatic snapshots that are to be thinned out: those created from `from` on and before `to` (RFC 3339). */
export interface ThinningStage {
  /** Undefined for the very beginning. */
  readonly from: string | undefined;
  readonly to: string;
  /** What is kept of each workspace: the newest of each hour or day (UTC); or its newest snapshot of all, where that is one. */
  readonly keep: 'one-an-hour' | 'one-a-day' | 'newest';
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Automatic snapshots are all kept for so long; then one an hour, and after a week one a day. */
const stages = [
  { keep: 'one-an-hour', afterMs: dayMs, bucketMs: hourMs },
  { keep: 'one-a-day', afterMs: 7 * dayMs, bucketMs: dayMs },
] as const;

/**
 * What of the automatic snapshots has to be thinned out now. Only hours and days that are over are touched, and only
 * those that were not when it was last done.
 * @param now epoch milliseconds
 * @param lastMs when it was last done; undefined for never
 * @param retentionMs after so long no automatic snapshot is kept but the newest one of a workspace
 */
export function thinningStages(
  now: number,
  lastMs: number | undefined,
  retentionMs: number,
): readonly ThinningStage[] {
  const endsAt = (at: number, afterMs: number, bucketMs: number) =>
    Math.floor((at - afterMs) / bucketMs) * bucketMs;
  const thinned = stages
    .filter(({ afterMs }) => afterMs < retentionMs)
    .map(({ keep, afterMs, bucketMs }) => ({
      keep,
      from: lastMs === undefined ? undefined : instant(endsAt(lastMs, afterMs, bucketMs)),
      to: instant(endsAt(now, afterMs, bucketMs)),
    }))
    .filter(({ from, to }) => from !== to);
  return [...thinned, { keep: 'newest', from: undefined, to: instant(now - retentionMs) }];
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
