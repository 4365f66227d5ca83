import * as fc from 'fast-check';
import { StateError } from '../errors';
import { type JsonValue, jsonSize } from '../json';
import { patchCase } from '../testing/arbitraries';
import { deepFreeze, runs } from '../testing/runs';
import { applyPatch } from './apply-patch';
import type { PatchRequest } from './operation';

const MiB = 1024 * 1024;
const times = (count: number, operation: (index: number) => PatchRequest): PatchRequest =>
  Array.from({ length: count }, (_, index) => operation(index)).flat();

function outcomeOf(document: JsonValue, patch: PatchRequest, stateBytes = MiB): string {
  try {
    applyPatch(document, patch, { stateBytes });
    return 'applied';
  } catch (error) {
    if (error instanceof StateError) return error.code;
    throw error;
  }
}

/** Everything the document is on its way through a patch. */
function stagesOf(document: JsonValue, patch: PatchRequest): JsonValue[] {
  return [0, ...patch.keys()].map((_, count) => applyPatch(document, patch.slice(0, count)).value);
}

describe('applyPatch within bounds', () => {
  it('refuses copies of copies before anything large is built', () => {
    const patch = times(900, (index) => [{ op: 'copy', from: '', path: `/k${index}` }]);
    expect(outcomeOf({ a: 'x' }, patch)).toBe('state_too_large');
  });

  it.each<[string, PatchRequest]>([
    ['a list that is appended to itself', times(300, () => [{ op: 'copy', from: '/list', path: '/list/-' }])],
    ['copies of a large value', times(300, (index) => [{ op: 'copy', from: '/text', path: `/t${index}` }])],
    [
      'copies of what a patch brings',
      [
        { op: 'add', path: '/big', value: 'x'.repeat(MiB / 2) },
        ...times(300, (index) => [{ op: 'copy', from: '/big', path: `/b${index}` } as const]),
      ],
    ],
    [
      'copies that are grown inside',
      times(40, (index) => [
        { op: 'copy', from: '', path: `/o${index}` },
        { op: 'add', path: `/o${index}/new`, value: index },
      ]),
    ],
  ])('refuses %s', (_, patch) => {
    expect(outcomeOf({ list: ['x'.repeat(100)], text: 'x'.repeat(10_000) }, patch)).toBe('state_too_large');
  });

  it('lets a patch add the new before it removes the old', () => {
    const document = { old: 'x'.repeat(MiB * 0.9) };
    const patch: PatchRequest = [
      { op: 'add', path: '/new', value: 'y'.repeat(MiB * 0.9) },
      { op: 'remove', path: '/old' },
    ];
    expect(outcomeOf(document, patch)).toBe('applied');
  });

  it('lets a state shrink that was accepted under a higher limit', () => {
    expect(outcomeOf({ a: 'x'.repeat(5000), b: 1 }, [{ op: 'remove', path: '/a' }], 1000)).toBe('applied');
    expect(outcomeOf({ a: 'x'.repeat(5000), b: 1 }, [{ op: 'add', path: '/c', value: 1 }], 1000)).toBe(
      'state_too_large',
    );
  });

  it('copies a container once, however much is copied into it', () => {
    const big = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1]));
    const patch = times(1000, (index) => [{ op: 'copy', from: '/template', path: `/big/new${index}` }]);
    expect(outcomeOf({ big, template: { a: { b: [] } } }, patch)).toBe('applied');
  });

  it('refuses to copy a large container again and again', () => {
    const big = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1]));
    const patch = times(500, (index) => [
      { op: 'copy', from: '/big', path: '/other' },
      { op: 'add', path: '/big/k0', value: index },
    ]);
    expect(outcomeOf({ big }, patch)).toBe('patch_too_large');
  });

  it('refuses to copy a large value to one place again and again', () => {
    const patch = times(1000, () => [{ op: 'copy', from: '/text', path: '/other' }]);
    expect(outcomeOf({ text: 'x'.repeat(MiB / 2) }, patch)).toBe('patch_too_large');
  });

  it('moves 1,000 elements of a large array', () => {
    const list = Array.from({ length: 20_000 }, (_, index) => index);
    const patch = times(1000, () => [{ op: 'move', from: '/list/0', path: '/list/10000' }]);
    expect(outcomeOf({ list }, patch)).toBe('applied');
  });

  it('gives the same as without bounds, refuses nothing within them, and never goes far beyond', () => {
    fc.assert(
      fc.property(
        patchCase(12),
        fc.integer({ min: 2, max: 200 }),
        ({ state, patch, expected }, stateBytes) => {
          deepFreeze([state, patch]);
          const largest = Math.max(...stagesOf(state, patch).map((stage) => jsonSize(stage)));
          const outcome = outcomeOf(state, patch, stateBytes);
          if (largest <= stateBytes) expect(outcome).toBe('applied');
          if (largest > 4 * Math.max(stateBytes, jsonSize(state))) expect(outcome).toBe('state_too_large');
          if (outcome === 'applied') expect(applyPatch(state, patch, { stateBytes }).value).toEqual(expected);
        },
      ),
      runs(2000),
    );
  });

  it('finds the same size whether the size of the document is known or counted', () => {
    fc.assert(
      fc.property(patchCase(), ({ state, patch }) => {
        const documentBytes = jsonSize(state);
        const stateBytes = documentBytes;
        const known = () => applyPatch(state, patch, { stateBytes, documentBytes });
        if (outcomeOf(state, patch, stateBytes) === 'applied') expect(known).not.toThrow();
        else expect(known).toThrow(/at least|too much/);
      }),
      runs(300),
    );
  });
});
