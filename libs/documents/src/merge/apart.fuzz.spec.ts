import * as fc from 'fast-check';
import type { JsonObject } from '../json';
import { type JsonPatch, applyPatch } from '../patch';
import { rivalPatches } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { areApart } from './apart';
import { rebase } from './rebase';
import { rebaseUnlessApart } from './rebase-unless-apart';

it('moves a patch over changes that are apart from it as tracing them would', () => {
  let apart = 0;
  fc.assert(
    fc.property(
      rivalPatches(2, 3),
      fc.constantFrom('merge', 'overwrite'),
      ({ state, patches: [theirs = [], incoming = []] }, onConflict) => {
        const { value, patch } = applyPatch(state, theirs);
        const current = value as JsonObject;
        const stale = { base: state, incoming, applied: [patch], current, onConflict } as const;
        if (areApart(incoming, [patch])) apart++;
        expect(rebaseUnlessApart(stale)).toEqual(rebase(stale));
      },
    ),
    runs(3000),
  );
  expect(apart).toBeGreaterThan(100);
});

const at = (...paths: string[]): JsonPatch => paths.map((path) => ({ op: 'replace', path, value: 1 }));

it.each([
  ['/a', '/b', true],
  ['/a/b', '/a/c', true],
  ['/a/b/0', '/a/c/0', true],
  ['/rows/3/x', '/title', true],
  ['/rows/3/x', '/rows/3/y', true],
  ['/a', '/ab', true],
  ['/a/b', '/ab', true],
  ['/', '/a', true],
  ['/a~1b', '/a~0b', true],
  ['/a', '/a', false],
  ['/a', '/a/b', false],
  ['/a/b', '/a', false],
  ['', '/a', false],
  ['/a', '', false],
  ['', '', false],
  ['/rows/3', '/rows/4/x', false],
  ['/rows/-', '/rows/x', false],
  ['/a', '/a/', false],
])('of %j and %j says %j', (one, other, expected) => {
  expect([areApart(at(one), [at(other)]), areApart(at(other), [at(one)])]).toEqual([expected, expected]);
});

it('leaves what moves, copies or tests a value, and very many operations, to be traced', () => {
  const others: JsonPatch[] = [
    [{ op: 'move', from: '/a', path: '/b' }],
    [{ op: 'copy', from: '/a', path: '/b' }],
    [{ op: 'test', path: '/a', value: 1 }],
  ];
  for (const patch of others)
    expect([areApart(patch, [at('/c')]), areApart(at('/c'), [patch])]).toEqual([false, false]);
  const many = at(...Array.from({ length: 101 }, (_, index) => `/m${index}`));
  expect(areApart(at(...many.map(({ path }) => `/n${path}`)), [many])).toBe(false);
});
