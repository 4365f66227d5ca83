import type { JsonPatch, PatchRequest } from '@nexus-state/documents';
import { applyPatch } from '@nexus-state/documents';
import { rebaseWhatHolds } from './rebase-what-holds';

const base = { title: 'a', n: 0, note: { text: 'a', tone: 'a' }, list: [1, 2] };

function held(incoming: PatchRequest, ...applied: JsonPatch[]) {
  const current = applied.reduce<object>(
    (state, patch) => applyPatch(state as typeof base, patch).value as object,
    base,
  );
  return rebaseWhatHolds({ base, incoming, applied, current: current as typeof base });
}

describe('what holds of a patch', () => {
  it('is all of it but what collides', () => {
    const patch: PatchRequest = [
      { op: 'replace', path: '/title', value: 'its' },
      { op: 'inc', path: '/n', value: 1 },
    ];
    expect(held(patch, [{ op: 'replace', path: '/title', value: 'hers' }])).toEqual({
      value: { ...base, title: 'hers', n: 1 },
      patch: [{ op: 'replace', path: '/n', value: 1 }],
      conflicts: [{ path: '/title', yours: 'its', theirs: 'hers' }],
      dropped: patch.slice(0, 1),
    });
  });

  it('names the last value that the author gave, not one on the way', () => {
    const hers: JsonPatch = [{ op: 'replace', path: '/note', value: { text: 'hers' } }];
    const patch: PatchRequest = [
      { op: 'remove', path: '/note/tone' },
      { op: 'add', path: '/note', value: { text: 'its' } },
      { op: 'add', path: '/note/text', value: 'its last' },
    ];
    expect(held(patch, hers).conflicts[0]).toEqual({
      path: '/note',
      yours: { text: 'its last' },
      theirs: { text: 'hers' },
    });
    const title = (value: string) => ({ op: 'replace', path: '/title', value }) as const;
    expect(held([title('first'), title('last')], [title('hers')]).conflicts).toEqual([
      { path: '/title', yours: 'last', theirs: 'hers' },
    ]);
  });

  it('drops what dropped operations need, so that they apply to what the author saw', () => {
    const patch: PatchRequest = [
      { op: 'inc', path: '/n', value: 1 },
      { op: 'add', path: '/list/0', value: 'new' },
      { op: 'add', path: '/note/more', value: {} },
      { op: 'replace', path: '/list/2', value: 'its' },
      { op: 'add', path: '/note/more/x', value: 1 },
    ];
    const hers: JsonPatch = [{ op: 'replace', path: '/list/1', value: 'hers' }];
    const { value, dropped, conflicts } = held(patch, hers);
    // Of what only depends on a conflict, the whole array is named.
    expect(conflicts).toEqual([
      { path: '/list/1', yours: 'its', theirs: 'hers' },
      { path: '/list', yours: ['new', 1, 'its'], theirs: [1, 'hers'] },
    ]);
    expect(value).toEqual({ ...base, n: 1, list: [1, 'hers'], note: { ...base.note, more: { x: 1 } } });
    expect(dropped).toEqual([patch[1], patch[3]]);
    expect(applyPatch(base, dropped).value).toEqual({ ...base, list: ['new', 1, 'its'] });
  });

  it('is nothing where a test does not hold', () => {
    const patch: PatchRequest = [
      { op: 'test', path: '/title', value: 'a' },
      { op: 'inc', path: '/n', value: 1 },
    ];
    const { patch: left, dropped } = held(patch, [{ op: 'replace', path: '/title', value: 'hers' }]);
    expect([left, dropped]).toEqual([[], patch]);
  });
});
