import { linesOf } from './lines';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function split(text: string, size: number, maxBytes = 100) {
  const lines = [];
  for await (const { number, bytes, end } of linesOf(chunksOf(text, size), maxBytes)) {
    lines.push([number, bytes?.toString(), end]);
  }
  return lines;
}

describe('the lines of a stream', () => {
  it.each([1, 2, 3, 100])('are the same whatever its chunks are: of %i bytes', async (size) => {
    expect(await split('a\n\nbär\nlast', size)).toEqual([
      [1, 'a', 2],
      [2, '', 3],
      [3, 'bär', 8],
      [4, 'last', 12],
    ]);
  });

  it('end with the last newline', async () => {
    expect(await split('a\nb\n', 3)).toHaveLength(2);
    expect(await split('', 3)).toEqual([]);
  });

  it.each([1, 4, 100])('are left out where they are too long: in chunks of %i bytes', async (size) => {
    expect(await split('abc\nabcdefg\nabcd\n', size, 4)).toEqual([
      [1, 'abc', 4],
      [2, undefined, 12],
      [3, 'abcd', 17],
    ]);
  });
});
