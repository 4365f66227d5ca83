import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

/** The texts that the provider was asked for. */
let asked: string[];
let isAway: boolean;
let provider: Server;
let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  // The API of OpenAI: a vector has the number of its text's letters of each kind.
  provider = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (isAway) return void response.writeHead(401).end();
      const { input } = JSON.parse(text) as { input: string[] };
      asked.push(...input);
      const count = (of: string, letter: string) => of.split(letter).length - 1;
      const data = input.map((one, index) => ({
        index,
        embedding: [...'aeiou'].map((letter) => count(one, letter)),
      }));
      response.end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  stack = await TestStack.create({ EMBEDDINGS_URL: url, EMBEDDINGS_MODEL: 'letters', LOG_LEVEL: 'fatal' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterAll(async () => {
  await stack?.close();
  await new Promise((resolve) => provider?.close(resolve));
});
beforeEach(() => {
  [asked, isAway] = [[], false];
  user = stack.client(api, `user-${randomUUID()}`);
});

const long = (word: string) => `${word} `.repeat(200).trim();

it('what changes is embedded by a job before anybody searches: all of a new panel, and of a change one text', async () => {
  const initialState = { color: 'green', first: long('one'), second: long('two') };
  await user.post('/api/state/ws/lamp', { initialState });
  await eventually(() => asked.length >= 3, 'the texts to be embedded', 60_000);
  expect(asked).toHaveLength(3);
  asked = [];
  expect((await user.post('/api/state/ws/search', { query: 'green' })).body.results[0].panelId).toBe('lamp');
  expect(asked).toEqual(['green']);
  asked = [];
  const patches = [{ op: 'replace', path: '/color', value: 'red' }];
  await user.patch('/api/state/ws/lamp', { patches, version: 1 });
  await eventually(() => asked.length > 0, 'the new text to be embedded', 60_000);
  expect(asked).toEqual(['"color":"red"']);
});

it('where the provider is away, changes and searches go on, and the texts are embedded once it is back', async () => {
  isAway = true;
  expect((await user.post('/api/state/ws/lamp', { initialState: { place: 'the pond' } })).status).toBe(201);
  const { body } = await user.post('/api/state/ws/search', { query: 'pond' });
  expect(body.results).toMatchObject([{ panelId: 'lamp' }]);
  isAway = false;
  await eventually(() => asked.includes('{"place":"the pond"}'), 'the text to be embedded', 60_000);
});
