import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type TestDatabase, createEmptyDatabase } from '@nexus-state/test-kit';

const folder = join(__dirname, '..');
const text = readFileSync(join(folder, 'README.md'), 'utf8');

/** The examples by their section, each with what it prints. */
const examples = [
  ...text.matchAll(/^## ([^\n]+)\n(?:(?!^## ).)*?^```js\n(.*?)^```\n\n```text\n(.*?)^```/gms),
].map(([, title = '', code = '', output = '']) => ({ title, code, output }));

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

describe('the examples of the README', () => {
  it('are all found', () => {
    expect(examples).toHaveLength(text.split('```js\n').length - 1);
  });

  it.each(examples)('$title: prints what it says', async ({ code, output }) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: database.url, NO_COLOR: '1' },
    });
    expect(stdout).toBe(output);
  });
});
