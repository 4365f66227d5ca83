import { ValidationFailed } from '../errors';
import { readPatch } from './read-patch';

function problems(value: unknown, pointer?: string): unknown {
  try {
    readPatch(value, pointer);
    return [];
  } catch (error) {
    if (error instanceof ValidationFailed) return error.facts['errors'];
    throw error;
  }
}

describe('readPatch', () => {
  it('reads the six operations and inc, and leaves out members they do not define', () => {
    const patch = [
      { op: 'add', path: '/a', value: null },
      { op: 'remove', path: '/a' },
      { op: 'replace', path: '', value: {} },
      { op: 'move', from: '/a', path: '/b' },
      { op: 'copy', from: '', path: '/b' },
      { op: 'test', path: '/b', value: false },
      { op: 'inc', path: '/n', value: -1 },
    ];
    expect(readPatch(patch)).toEqual(patch);
    expect(readPatch([{ op: 'remove', path: '/a', value: 1, note: 'x' }])).toEqual([
      { op: 'remove', path: '/a' },
    ]);
  });

  it.each<[unknown, string]>([
    [{ op: 'toString', path: '/a' }, '/op'],
    [{ path: '/a' }, '/op'],
    [{ op: 'remove' }, '/path'],
    [{ op: 'remove', path: 'a' }, '/path'],
    [{ op: 'remove', path: '/~2' }, '/path'],
    [{ op: 'add', path: '/a' }, '/value'],
    [{ op: 'inc', path: '/a', value: '1' }, '/value'],
    [{ op: 'inc', path: '/a' }, '/value'],
    [{ op: 'move', path: '/a' }, '/from'],
    [null, ''],
    ['remove', ''],
  ])('does not take %j for an operation', (operation, at) => {
    expect(problems([operation], '/patches')).toMatchObject([{ pointer: `/patches/0${at}` }]);
  });

  it('names every operation that is wrong', () => {
    expect(problems([{ op: 'x', path: '' }, { op: 'remove', path: '' }, 1])).toMatchObject([
      { pointer: '/0/op' },
      { pointer: '/2' },
    ]);
    expect(problems({ op: 'remove', path: '' }, '/patches')).toMatchObject([{ pointer: '/patches' }]);
  });
});
