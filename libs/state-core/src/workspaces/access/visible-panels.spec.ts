import { PathPatterns } from './path-pattern';
import { VisiblePanels } from './visible-panels';

describe('the panels that a token sees in a workspace', () => {
  const inWorkspace = (patterns: readonly string[] | undefined, workspaceId = 'ws') =>
    new PathPatterns(patterns).panelsOf(workspaceId);

  it('are all of them without patterns, and where one pattern covers the workspace', () => {
    for (const patterns of [undefined, ['*'], ['ws/*'], ['ws/a', 'w*/*']]) {
      expect(inWorkspace(patterns).patterns).toBeUndefined();
      expect(inWorkspace(patterns).includes('any')).toBe(true);
    }
    expect(VisiblePanels.all.includes('any')).toBe(true);
  });

  it('are those that a pattern of the workspace matches', () => {
    const visible = inWorkspace(['ws/b*', 'ws/a.c', 'other/z*']);
    expect(visible.patterns).toEqual(['b*', 'a.c']);
    expect(['b', 'bee', 'a.c', 'abc', 'ab', 'z'].filter((id) => visible.includes(id))).toEqual([
      'b',
      'bee',
      'a.c',
    ]);
  });

  it('are none where no pattern is of the workspace, and none for a pattern that no id can match', () => {
    expect(inWorkspace(['other/*']).patterns).toEqual([]);
    expect(inWorkspace(['ws/\u0000', 'ws/a b', 'ws/%']).patterns).toEqual([]);
    expect(inWorkspace(['ws/%']).includes('a')).toBe(false);
  });
});
