import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonArgument, objectArgument, operationsArgument } from './values';

const stdin = (text: string) => ({ input: async () => Buffer.from(text) });
const nothing = stdin('');

describe('an argument with JSON', () => {
  it('is JSON text', async () => {
    expect(await jsonArgument('{"on": true}', nothing)).toEqual({ on: true });
    expect(await jsonArgument('1', nothing)).toBe(1);
  });

  it('is standard input', async () => {
    expect(await jsonArgument('-', stdin('{"näme": "ü"}\n'))).toEqual({ näme: 'ü' });
  });

  it('is a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'nexus-values-'));
    try {
      const file = path.join(folder, 'lamp.json');
      await writeFile(file, '{"on": false}');
      expect(await jsonArgument(`@${file}`, nothing)).toEqual({ on: false });
      await expect(jsonArgument(`@${file}.gone`, nothing)).rejects.toThrow(`${file}.gone cannot be read`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names what is no JSON', async () => {
    await expect(jsonArgument('{on}', nothing)).rejects.toThrow('The argument is not JSON');
    await expect(jsonArgument('-', nothing)).rejects.toThrow('Standard input is not JSON');
  });

  it('is an object where a state is wanted', async () => {
    expect(await objectArgument('{}', nothing)).toEqual({});
    for (const text of ['1', 'null', '[]', '"a"']) {
      await expect(objectArgument(text, nothing)).rejects.toThrow('not a JSON object');
    }
  });

  it('is an array of objects where operations are wanted', async () => {
    expect(await operationsArgument('[{"op": "remove", "path": "/a"}]', nothing)).toHaveLength(1);
    for (const text of ['{}', '[1]', '[null]', '[[]]']) {
      await expect(operationsArgument(text, nothing)).rejects.toThrow('not a JSON array of operations');
    }
  });
});
