import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Unavailable } from '@nexus-state/state-core';
import { HttpEmbeddings } from './http-embeddings';

let server: Server;
let url: string;
/** The status of each answer to come; then 200. */
let statuses: number[];
let asked: {
  readonly path?: string | undefined;
  readonly authorization?: string | undefined;
  readonly body: unknown;
}[];

beforeEach(async () => {
  statuses = [];
  asked = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as { input: string[] };
      asked.push({ path: request.url, authorization: request.headers.authorization, body });
      response.statusCode = statuses.shift() ?? 200;
      // In another order than asked: the index says which is which.
      const data = body.input.map((one, index) => ({ index, embedding: [numberOf(one), 1] })).reverse();
      response.end(JSON.stringify({ data: one(body.input) ? data.slice(1) : data }));
    });
  });
  // 1e300 is no 32-bit float.
  const numberOf = (text: string) => (text === 'word' ? 'word' : text === 'huge' ? 1e300 : text.length);
  const one = (input: readonly string[]) => input.includes('forget');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const provider = () => new HttpEmbeddings({ url, model: 'small', apiKey: 'key', timeoutMs: 5_000 });

it('asks for the vectors of texts, and gives them in order', async () => {
  const vectors = await provider().embed(['a', 'four']);
  expect(vectors).toEqual([Float32Array.from([1, 1]), Float32Array.from([4, 1])]);
  const body = { model: 'small', input: ['a', 'four'] };
  expect(asked).toEqual([{ path: '/v1/embeddings', authorization: 'Bearer key', body }]);
});

it('asks again where the provider is busy, and not where it refuses', async () => {
  statuses = [429, 503];
  expect(await provider().embed(['a'])).toHaveLength(1);
  expect(asked).toHaveLength(3);
  statuses = [401];
  await expect(provider().embed(['a'])).rejects.toThrow(Unavailable);
  expect(asked).toHaveLength(4);
});

it('refuses an answer that leaves a vector out', async () => {
  await expect(provider().embed(['a', 'forget'])).rejects.toThrow(Unavailable);
});

it.each(['word', 'huge'])('refuses a vector that holds no number: %s', async (text) => {
  await expect(provider().embed(['a', text])).rejects.toThrow(Unavailable);
});
