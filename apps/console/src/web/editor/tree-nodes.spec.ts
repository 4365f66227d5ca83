import { nodesOf, patchOf, valueAt } from './tree-nodes';

const state = { on: true, 'a/b~c': { deep: [1, 'x'.repeat(200)], none: {} }, list: [] };

describe('a state as a tree', () => {
  it('has a node for each member, and those inside only where they are shown', () => {
    expect(nodesOf(state, '', () => false)).toEqual([
      { value: '/on', label: 'on: true' },
      { value: '/a~1b~0c', label: 'a/b~c: { 2 }', hasChildren: true },
      { value: '/list', label: 'list: []' },
    ]);
    const [, open] = nodesOf(state, '', (pointer) => pointer === '/a~1b~0c');
    expect(open?.children).toEqual([
      { value: '/a~1b~0c/deep', label: 'deep: [ 2 ]', hasChildren: true },
      { value: '/a~1b~0c/none', label: 'none: {}' },
    ]);
  });

  it('shows the beginning of what is long', () => {
    const list = Array.from({ length: 1_000 }, (_, index) => index);
    const nodes = nodesOf(list, '/list', () => true);
    expect(nodes).toHaveLength(201);
    expect(nodes.at(-1)?.label).toBe('and 800 more, in the text');
    expect(nodesOf(['x'.repeat(200)], '', () => true)[0]?.label).toHaveLength('0: '.length + 121);
  });

  it.each([
    ['', state],
    ['/a~1b~0c/deep/0', 1],
    ['/a~1b~0c/deep/7', undefined],
    ['/on/x', undefined],
    ['/toString', undefined],
  ])('finds what is at "%s"', (pointer, value) => {
    expect(valueAt(state, pointer)).toEqual(value);
  });

  it('is edited by patches', () => {
    expect(patchOf({ kind: 'set', pointer: '/on', value: false })).toEqual([
      { op: 'replace', path: '/on', value: false },
    ]);
    expect(patchOf({ kind: 'add', parent: '/a~1b~0c', name: 'x/y', value: 1 })).toEqual([
      { op: 'add', path: '/a~1b~0c/x~1y', value: 1 },
    ]);
    expect(patchOf({ kind: 'add', parent: '/list', value: 1 })).toEqual([
      { op: 'add', path: '/list/-', value: 1 },
    ]);
    expect(patchOf({ kind: 'remove', pointer: '/on' })).toEqual([{ op: 'remove', path: '/on' }]);
  });
});
