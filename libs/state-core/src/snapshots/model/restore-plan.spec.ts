import { restorePlan } from './restore-plan';

const snapshot = new Map(
  ['same', 'changed', 'deleted', 'missing'].map((id) => [id, { checksum: `of ${id}` }]),
);
const present = new Map([
  ['same', { checksum: 'of same', deleted: false }],
  ['changed', { checksum: 'another', deleted: false }],
  // What it held is what the snapshot holds; it is gone all the same.
  ['deleted', { checksum: 'of deleted', deleted: true }],
  ['new', { checksum: 'of new', deleted: false }],
  ['come and gone', { checksum: 'x', deleted: true }],
]);

it.each([
  ['exact', ['new']],
  ['overlay', []],
] as const)('plans what a restore changes (%s)', (mode, deleted) => {
  expect(restorePlan(snapshot, present, mode)).toEqual({
    restored: ['changed', 'deleted', 'missing'],
    deleted,
    unchanged: ['same'],
  });
});

it('has nothing to do between empty workspaces', () => {
  expect(restorePlan(new Map(), new Map(), 'exact')).toEqual({ restored: [], deleted: [], unchanged: [] });
});
