import { touchedBy } from './touched-by';

const of = (...operations: Parameters<typeof touchedBy>[0]) => [...touchedBy(operations)];

describe('what a transaction is about', () => {
  it('is each panel or key once, in the order in which they are named', () => {
    expect(of({ name: 'b' }, { name: 'a' }, { name: 'b' })).toEqual([
      ['b', { action: 'write' }],
      ['a', { action: 'write' }],
    ]);
  });

  it('is read where it is only checked', () => {
    expect(of({ name: 'a', checked: 0 }, { name: 'b' }, { name: 'a', checked: 0 })).toEqual([
      ['a', { action: 'read', version: 0 }],
      ['b', { action: 'write' }],
    ]);
  });

  it.each([
    ['before', [{ name: 'a', checked: 1 }, { name: 'a' }]],
    ['after', [{ name: 'a' }, { name: 'a', checked: 1 }]],
  ])('is written where it is checked %s that', (_, operations) => {
    expect(of(...operations)).toEqual([['a', { action: 'write' }]]);
  });
});
