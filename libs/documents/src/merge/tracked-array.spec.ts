import * as fc from 'fast-check';
import { runs } from '../testing/runs';
import {
  arrayChanges,
  arrayContent,
  arrayLength,
  elementNode,
  insertElement,
  removeElement,
} from './tracked-array';
import { freshNode } from './tracked-node';
import { nodeValue } from './tracked-value';

describe('the pieces of a traced array', () => {
  it('stay right through any number of edits, few or many', () => {
    const edit = fc.record({
      kind: fc.constantFrom('look', 'insert', 'remove'),
      at: fc.nat(),
      value: fc.nat(),
    });
    fc.assert(
      fc.property(fc.nat({ max: 400 }), fc.array(edit, { maxLength: 300, size: 'max' }), (length, edits) => {
        const before = Array.from({ length }, (_, index) => index);
        const model = [...before];
        const content = arrayContent(before, false);
        const node = freshNode(null);
        node.content = content;
        for (const { kind, at, value } of edits) {
          if (kind === 'insert') {
            const index = at % (model.length + 1);
            model.splice(index, 0, -value);
            insertElement(content, index, freshNode(-value));
          } else if (model.length > 0) {
            const index = at % model.length;
            elementNode(content, index, (of) => freshNode(before[of] as number));
            if (kind === 'remove') {
              removeElement(content, index);
              model.splice(index, 1);
            }
          }
        }
        expect(nodeValue(node)).toEqual(model);
        expect(arrayLength(content)).toBe(model.length);
        const { absent, elements, insertions } = arrayChanges(content);
        const came = [...insertions.values()].flat();
        expect(length - absent.size + came.length).toBe(model.length);
        expect([...elements.keys()].some((index) => absent.has(index))).toBe(false);
      }),
      runs(300),
    );
  });

  it('puts insertions before the next element in its place', () => {
    const content = arrayContent(['a', 'b', 'c'], false);
    const [first, second] = [freshNode('x'), freshNode('y')];
    elementNode(content, 1, () => freshNode('b'));
    removeElement(content, 1);
    insertElement(content, 1, first);
    insertElement(content, 3, second);
    const { absent, insertions } = arrayChanges(content);
    expect([...absent]).toEqual([1]);
    expect([...insertions]).toEqual([
      [2, [first]],
      [3, [second]],
    ]);
  });
});
