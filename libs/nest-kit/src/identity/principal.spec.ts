import { bearerToken } from './bearer';
import { principalOf } from './principal';

describe('principalOf', () => {
  it.each([
    [{ scope: 'state:read  other' }, ['state:read', 'other']],
    [{ scp: ['state:write'] }, ['state:write']],
    [{ roles: ['state:admin', 7] }, ['state:admin']],
    [{ scope: '', roles: ['state:admin'] }, []],
    [{}, ['state:read']],
  ])('reads the scopes of %j', (claims, scopes) => {
    const principal = principalOf({ sub: 'u', ...claims }, ['state:read']);
    expect([...(principal?.scopes ?? [])]).toEqual(scopes);
  });

  it.each([undefined, '', 7, 'a\u0000b', '\ud800', 'x'.repeat(256), 'ë'.repeat(128)])(
    'does not exist for the subject %j',
    (sub) => {
      expect(principalOf({ sub }, [])).toBeUndefined();
    },
  );

  it('reaches what the paths say, and nothing where they cannot be read', () => {
    const reaches = (paths: unknown) => principalOf({ sub: 'u', paths }, [])?.paths.reachesPanel('ws_1', 'p');
    expect(reaches(undefined)).toBe(true);
    expect(reaches(['ws_1/*'])).toBe(true);
    expect(reaches(['ws_1/q', '/workloads/*'])).toBe(false);
    expect(reaches([])).toBe(false);
    expect(reaches({ all: true })).toBe(false);
    expect(reaches('ws_1/p')).toBe(true);
  });
});

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});
