import { PathPatterns } from './path-pattern';

const keysOf = (...patterns: string[]) => new PathPatterns(patterns).keys;

describe('the keys that a token reaches', () => {
  it.each<[string, string, boolean]>([
    ['/workloads/*', '/workloads/web', true],
    ['/workloads/*', '/workloads/web/env', true],
    ['/workloads/*', '/workloads', false],
    ['/workloads/*', '/workloadsx/web', false],
    ['/nodes/*/status', '/nodes/a/status', true],
    ['/nodes/*/status', '/nodes/a/b/status', false],
    ['/nodes/*/status', '/nodes/a/status/x', false],
    ['/n*/x*', '/nodes/x/y', true],
    ['/a.c', '/abc', false],
    ['/*', '/any/key', true],
    ['/*', 'user:1', false],
    ['user:*', 'user:1', true],
    ['user:1', 'user:12', false],
    ['*', 'a/b', true],
    ['ws/*', '/ws/panel', false],
    ['ws/*', 'ws/panel', false],
    ['*/*', 'a/b', false],
  ])('%s, %s: %s', (pattern, key, expected) => expect(keysOf(pattern).reaches(key)).toBe(expected));

  it('are all of them without patterns, and none without one about keys', () => {
    expect(PathPatterns.all.keys.reaches('/a')).toBe(true);
    expect(keysOf().reaches('/a')).toBe(false);
    expect(keysOf('/a', '/b').reaches('/b')).toBe(true);
  });

  it('leave panels as they are', () => {
    expect(new PathPatterns(['/ws/*', 'ws']).reachesPanel('ws', 'panel')).toBe(false);
    expect(new PathPatterns(['*']).reachesPanel('ws', 'panel')).toBe(true);
  });

  it.each<[string[], string, string[]]>([
    [['/a/*', '/a/b/*', '/c'], '', ['/a/', '/c']],
    [['/a/*', '/a/b/*', '/c'], '/a/b', ['/a/b']],
    [['/a/*', '/c'], '/x', []],
    [['/n/*/s', '/n/b'], '/n/', ['/n/']],
    [['*'], '/a', ['/a']],
  ])('%j lie within %j below %j', (patterns, prefix, expected) =>
    expect([...keysOf(...patterns).prefixesWithin(prefix)].sort()).toEqual(expected),
  );
});
