import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import { type PastStep, takeBack } from './take-back';

const made = (state: JsonObject, taken: boolean): PastStep => ({
  kind: 'made',
  patch: [{ op: 'add', path: '', value: state }],
  taken,
});
const deleted = (taken: boolean): PastStep => ({
  kind: 'deleted',
  patch: [{ op: 'remove', path: '' }],
  taken,
});
const put = (path: string, value: number | string | JsonObject, taken: boolean): PastStep => ({
  kind: 'changed',
  patch: [{ op: 'replace', path, value }],
  taken,
});
const changed = (patch: JsonPatch, taken: boolean): PastStep => ({ kind: 'changed', patch, taken });

describe('a panel whose changes are taken back', () => {
  it('goes where they made it, and stays where others changed it since', () => {
    expect(takeBack(undefined, [made({ n: 1 }, true), put('/n', 2, true)])).toEqual({
      outcome: 'delete',
      conflicts: [],
    });
    expect(takeBack(undefined, [made({ n: 1 }, true), put('/n', 2, false)])).toEqual({
      outcome: 'nothing',
      conflicts: [{ path: '', theirs: { n: 2 } }],
    });
  });

  it('comes back where they deleted it, without what else they did', () => {
    expect(takeBack({ n: 1 }, [put('/n', 2, true), deleted(true)])).toEqual({
      outcome: 'make',
      state: { n: 1 },
      conflicts: [],
    });
  });

  it('is left as others made it again', () => {
    expect(takeBack({ n: 1 }, [deleted(true), made({ m: 1 }, false)])).toEqual({
      outcome: 'nothing',
      conflicts: [{ path: '', yours: { n: 1 }, theirs: { m: 1 } }],
    });
  });

  it('stays gone where others deleted it', () => {
    expect(takeBack({ n: 1 }, [put('/n', 2, true), deleted(false)])).toEqual({
      outcome: 'nothing',
      conflicts: [],
    });
  });

  it('keeps what others wrote over it, and gets the rest back', () => {
    const steps = [put('/a', 2, true), put('/b', 2, true), put('/a', 3, false), put('/c', 3, false)];
    expect(takeBack({ a: 1, b: 1, c: 1 }, steps)).toEqual({
      outcome: 'change',
      patch: [{ op: 'replace', path: '/b', value: 1 }],
      conflicts: [{ path: '/a', yours: 1, theirs: 3 }],
    });
  });

  it('gets what others wrote back, where that was written over', () => {
    const steps = [put('/a', 2, true), put('/a', 3, false), put('/a', 4, true)];
    expect(takeBack({ a: 1 }, steps)).toMatchObject({
      outcome: 'change',
      patch: [{ op: 'replace', path: '/a', value: 3 }],
    });
  });

  it('loses an element that was put into an array, wherever others moved it', () => {
    const steps = [
      changed([{ op: 'add', path: '/list/1', value: 'ours' }], true),
      changed([{ op: 'add', path: '/list/0', value: 'theirs' }], false),
    ];
    expect(takeBack({ list: ['a', 'b'] }, steps)).toEqual({
      outcome: 'change',
      patch: [{ op: 'remove', path: '/list/2' }],
      conflicts: [],
    });
  });
});
