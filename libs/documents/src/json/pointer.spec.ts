import * as fc from 'fast-check';
import { runs } from '../testing/runs';
import { appendToken, parsePointer } from './pointer';

describe('parsePointer', () => {
  // RFC 6901 section 5.
  it.each([
    ['', []],
    ['/foo', ['foo']],
    ['/foo/0', ['foo', '0']],
    ['/', ['']],
    ['/a~1b', ['a/b']],
    ['/c%d', ['c%d']],
    ['/e^f', ['e^f']],
    ['/g|h', ['g|h']],
    ['/i\\j', ['i\\j']],
    ['/k"l', ['k"l']],
    ['/ ', [' ']],
    ['/m~0n', ['m~n']],
    ['/~01', ['~1']],
    ['//', ['', '']],
    ['/a/', ['a', '']],
  ])('reads %j', (pointer, tokens) => {
    expect(parsePointer(pointer)).toEqual(tokens);
  });

  it.each(['a', 'a/b', '/~', '/~2', '/a~', '#/a', ' /a'])('does not take %j for a pointer', (pointer) => {
    expect(parsePointer(pointer)).toBeUndefined();
  });

  it('reads what appendToken wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a') })), (tokens) => {
        expect(parsePointer(tokens.reduce(appendToken, ''))).toEqual(tokens);
      }),
      runs(500),
    );
  });
});
