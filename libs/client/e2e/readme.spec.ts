import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { testToken } from '@nexus-state/test-kit';
import { transform } from 'esbuild';
import { Garden } from './garden';

const library = path.resolve(__dirname, '..');

/** The examples of the README, as they stand there. */
async function examples(): Promise<string[]> {
  const text = await readFile(path.join(library, 'README.md'), 'utf8');
  return Array.from(text.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code as string);
}

describe('the README', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
    await garden.stack.start('snapshot-worker');
  }, 120_000);

  afterAll(() => garden.close());

  it('has examples that run, one after the other, against the services', async () => {
    const [begin = '', ...rest] = await examples();
    const at = (example: string) =>
      example
        .replace(/http:\/\/127\.0\.0\.1:8001/, garden.api.url)
        .replace(/http:\/\/127\.0\.0\.1:8002/, garden.gateway.url);
    expect(rest).toHaveLength(6);
    const withoutLive = rest.pop() as string;
    // Where a storage is chosen, the names are those of the reader.
    const body = rest.filter((code) => !code.includes('indexedDbStorage(')).map((code) => `{\n${code}\n}`);
    const text = [
      at(begin),
      'await garden.panels().all();',
      ...body,
      'await nexus.close();',
      'export const lampAtTheEnd = await lamp.get();',
    ].join('\n');
    // The package itself is run, as it is built.
    const token = testToken(`user-${randomUUID()}`);
    await runModule(text, token);
    await runModule(`${at(withoutLive)}\nif (!state.tags) throw new Error('There is no state.');`, token);
  }, 120_000);
});

/** Runs a module in a process of its own; fails with what it printed. */
async function runModule(text: string, token: string): Promise<void> {
  const { code } = await transform(text, { loader: 'ts', format: 'esm' });
  const globals = `globalThis.fetchToken = async () => ${JSON.stringify(token)};\n`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', globals + code], {
    cwd: library,
  });
}
