import { type MajorChange, type UncoveredChanges, isDueBefore } from './due';

describe('isDueBefore', () => {
  const mixed = { count: 3, allByAi: false, allDeletions: false, quietMs: 10 };
  const byAi = { ...mixed, allByAi: true };
  const deletions = { ...mixed, allDeletions: true };
  it.each<[string, MajorChange, UncoveredChanges, boolean]>([
    ['nothing was changed', 'ai-edit', { count: 0, allByAi: true, allDeletions: true, quietMs: 0 }, false],
    ['another actor changed something', 'ai-edit', mixed, true],
    ['another actor changed something', 'deletion', mixed, true],
    ['the AI has gone on', 'ai-edit', byAi, false],
    ['the AI has paused', 'ai-edit', { ...byAi, quietMs: 100 }, true],
    ['the AI has changed something', 'deletion', byAi, true],
    ['panels were deleted one after the other', 'deletion', deletions, false],
    ['panels were deleted a while ago', 'deletion', { ...deletions, quietMs: 5_000 }, true],
    ['panels were deleted', 'ai-edit', deletions, true],
  ])('where %s: before %s, %j: %s', (_, change, uncovered, due) => {
    expect(isDueBefore(change, uncovered, 100)).toBe(due);
  });
});
