import { copyWith, lazyMember } from './lazy-member';

describe('a lazy member', () => {
  const lazy = () => {
    let reads = 0;
    const object: { readonly n: number; state: { readonly a: number } } = { n: 1, state: { a: 0 } };
    lazyMember(object, 'state', () => ({ a: ++reads }));
    return { object, reads: () => reads };
  };

  it('is worked out once, when it is first asked for, and looks like any other', () => {
    const { object, reads } = lazy();
    expect([Object.keys(object), reads()]).toEqual([['n', 'state'], 0]);
    expect([object.state, object.state, reads()]).toEqual([{ a: 1 }, { a: 1 }, 1]);
    expect({ ...object }).toEqual({ n: 1, state: { a: 1 } });
  });

  it('stays lazy in a copy', () => {
    const { object, reads } = lazy();
    const copy = copyWith(object, { n: 2, m: 3 });
    expect([copy.n, copy.m, reads()]).toEqual([2, 3, 0]);
    expect(copy.state).toEqual({ a: 1 });
  });
});
