import { treeEntries } from './tree-entries';

const entry = (mode: string, name: string, hash: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, 'hex')]);

it.each([40, 64])('reads the entries of a tree whose hashes have %i digits', (digits) => {
  // A hash may hold the bytes of a space and of the end of a name.
  const hashes = ['20', '00', 'ab'].map((byte) => byte.repeat(digits / 2)) as [string, string, string];
  const tree = Buffer.concat([
    entry('100644', 'a.json', hashes[0]),
    entry('40000', 'folder', hashes[1]),
    entry('100644', 'with space ü.json', hashes[2]),
  ]);
  expect([...treeEntries(tree, digits / 2)]).toEqual([
    ['a.json', hashes[0]],
    ['folder', hashes[1]],
    ['with space ü.json', hashes[2]],
  ]);
  expect(treeEntries(Buffer.alloc(0), digits / 2).size).toBe(0);
});
