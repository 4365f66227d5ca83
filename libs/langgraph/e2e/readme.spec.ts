import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { testToken } from '@nexus-state/test-kit';
import { transform } from 'esbuild';
import { Library } from './library';

const folder = path.resolve(__dirname, '..');

describe('the README', () => {
  let library: Library;

  beforeAll(async () => {
    library = await Library.start();
  });

  afterAll(() => library.close());

  it('has examples that run, one after the other, against the service', async () => {
    const readme = await readFile(path.join(folder, 'README.md'), 'utf8');
    const examples = Array.from(readme.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code as string);
    expect(examples).toHaveLength(3);
    const text = [
      ...examples,
      'console.log((await graph.getState(thread)).values.draft);',
      'await nexus.close();',
    ].join('\n');
    // The package itself is run, as it is built.
    const { code } = await transform(text.replace('http://127.0.0.1:8001', library.api.url), {
      loader: 'ts',
      format: 'esm',
    });
    const globals = `globalThis.fetchToken = async () => ${JSON.stringify(testToken(`user-${randomUUID()}`))};\n`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', globals + code],
      { cwd: folder },
    );
    expect(stdout.trim().split('\n')).toEqual(["Hello! [ 'written', 'approved: yes' ]", 'Another letter']);
  });
});
