import { feedStart, keysSince, versionAfter } from './watch-start';

const workspaceId = 'ws';
const refusedAt = (pointer: string) =>
  expect.objectContaining({ errors: [{ pointer, message: expect.any(String) }] });

describe('a watch of a workspace', () => {
  it.each([
    [{}, { cursor: 'now' }],
    [{ afterRevision: 0 }, { since: 0 }],
    [{ afterRevision: 7 }, { since: 7 }],
    [{ afterCursor: '12-3' }, { cursor: '12-3' }],
    [{ afterCursor: '' }, { since: 0 }],
  ])('of %j begins after %j', (request, start) => {
    expect(feedStart({ workspaceId, ...request })).toEqual(start);
  });

  it.each([
    [{ afterVersion: 1 }, '/afterVersion'],
    [{ afterRevision: -1 }, '/afterRevision'],
    [{ afterRevision: 2 ** 53 }, '/afterRevision'],
    [{ afterRevision: 1, afterCursor: '1' }, '/afterCursor'],
  ])('is refused for %j', (request, pointer) => {
    expect(() => feedStart({ workspaceId, ...request })).toThrow(refusedAt(pointer));
  });
});

describe('a watch of a panel', () => {
  it('begins after a version, or with the state', () => {
    const versions = [undefined, 0, 7].map((afterVersion) =>
      versionAfter({ workspaceId, panelId: 'p', ...(afterVersion === undefined ? {} : { afterVersion }) }),
    );
    expect(versions).toEqual([undefined, 0, 7]);
  });

  it.each([
    [{ afterVersion: -1 }, '/afterVersion'],
    [{ afterRevision: 1 }, '/afterRevision'],
    [{ afterCursor: '1' }, '/afterCursor'],
  ])('is refused for %j', (request, pointer) => {
    expect(() => versionAfter({ workspaceId, panelId: 'p', ...request })).toThrow(refusedAt(pointer));
  });
});

it('a watch of keys begins after a revision or a cursor, not both', () => {
  expect(keysSince({ pattern: '*' })).toBeUndefined();
  expect(keysSince({ pattern: '*', afterRevision: 0 })).toBe('0');
  expect(keysSince({ pattern: '*', afterCursor: '4' })).toBe('4');
  expect(() => keysSince({ pattern: '*', afterRevision: -1 })).toThrow(refusedAt('/afterRevision'));
  const both = { pattern: '*', afterRevision: 1, afterCursor: '1' };
  expect(() => keysSince(both)).toThrow(refusedAt('/afterCursor'));
});
