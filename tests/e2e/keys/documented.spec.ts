import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

/** A request of the page, and what it says of the answer. */
interface Example {
  readonly request: string;
  readonly kind: string;
  readonly answer: string;
}

const page = readFileSync(path.join(__dirname, '../../../docs/keys.md'), 'utf8');
const examples: readonly Example[] = [
  ...page.matchAll(/^```http\n(.*?)^```\n\n```(json|text)\n(.*?)^```/gms),
].map(([, request = '', kind = '', answer = '']) => ({ request, kind, answer }));

const owner = 'ada';
let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({
    STATE_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
  });
  api = await stack.start('state-api');
  user = stack.client(api, owner);
});
afterAll(() => stack?.close());

const instants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const timeless = (text: string) => text.replace(instants, 'then');

async function answerOf(request: string, answer: string): Promise<unknown> {
  const [, method = '', target = '', fields = '', body] =
    /^(\w+) (\S+)\n((?:[\w-]+: [^\n]*\n)*)\n?(.+)?$/s.exec(request) ?? [];
  const headers = Object.fromEntries(fields.split('\n').flatMap((line) => headerOf(line)));
  if (target.startsWith('/api/watch')) {
    const count = answer.trim().split('\n\n').length;
    return timeless(await followEvents(api.url + target, testToken(owner), count));
  }
  const found = await user.call(method, target, body?.trim(), headers);
  return JSON.parse(timeless(found.text));
}

function headerOf(line: string): [string, string][] {
  const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
}

it('finds every example', () => {
  expect(examples).toHaveLength(page.split('```http\n').length - 1);
  expect(examples.length).toBeGreaterThan(5);
});

it('each example is answered as the page says, one after the other', async () => {
  for (const { request, kind, answer } of examples) {
    const found = await answerOf(request, answer);
    if (kind === 'text') expect([request, found]).toEqual([request, timeless(answer.trim())]);
    // Problems have more members than the page shows.
    else if (answer.includes('"error"'))
      expect([request, found]).toMatchObject([request, JSON.parse(timeless(answer))]);
    else expect([request, found]).toEqual([request, JSON.parse(timeless(answer))]);
  }
});
