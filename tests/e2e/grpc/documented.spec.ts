import { spawn } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

const root = path.resolve(__dirname, '../../..');
const page = readFileSync(path.join(root, 'docs/grpc.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n(.*?)^```\n\n```text\n(.*?)^```/gms)].map(
  ([, code = '', output = '']) => ({ code, output }),
);

let stack: TestStack;
let api: ServiceProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'grpc-page-'));
  writeFileSync(path.join(folder, 'token'), `${testToken('ada')}\n`);
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('finds every example of docs/grpc.md', () => {
  expect(examples).toHaveLength(page.split('```js\n').length - 1);
  expect(examples.length).toBeGreaterThan(3);
});

it('each example prints what the page says, one after the other', async () => {
  const code = [...examples.map((example) => example.code), 'process.exit();\n']
    .join("\nconsole.log('---');\n")
    .replace('127.0.0.1:8003', api.grpcAddress)
    .replace('.nexus/token', path.join(folder, 'token'));
  const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: root });
  let printed = '';
  let failed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (failed += chunk));
  child.stdin.end(code);
  await new Promise((resolve) => child.once('close', resolve));
  expect(failed).toBe('');
  expect(printed.split('---\n').slice(0, -1)).toEqual(examples.map(({ output }) => output));
});
