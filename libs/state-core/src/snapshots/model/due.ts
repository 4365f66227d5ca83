/** What was changed since the newest snapshot, as far as it was looked at. */
export interface UncoveredChanges {
  /** How many, at most as many as were looked at. */
  readonly count: number;
  /** Whether all of them are AI-triggered; true where there are none. */
  readonly allByAi: boolean;
  /** Whether all of them are deletions; true where there are none. */
  readonly allDeletions: boolean;
  /** How long ago the newest of them was made, in milliseconds; 0 where there are none. */
  readonly quietMs: number;
}

/** What makes a change one that a snapshot is taken before: it is AI-triggered, or it deletes panels. */
export type MajorChange = 'ai-edit' | 'deletion';

/** The word in `triggeredBy` that makes a change AI-triggered. */
export const aiTrigger = 'ai';

/**
 * Whether a snapshot is due before a major change: something is not in the newest one, but for what the same burst has
 * changed so far. A burst are changes of the same kind, without another change or a long pause between them.
 * @param burstPauseMs the least pause that ends a burst
 */
export function isDueBefore(
  change: MajorChange,
  { count, allByAi, allDeletions, quietMs }: UncoveredChanges,
  burstPauseMs: number,
): boolean {
  if (count === 0) return false;
  const sameBurst = (change === 'ai-edit' ? allByAi : allDeletions) && quietMs < burstPauseMs;
  return !sameBurst;
}
