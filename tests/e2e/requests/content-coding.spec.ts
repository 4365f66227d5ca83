import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = stack.client(api);
});

const panel = '/api/state/ws/panel';

/** Sends bytes as a body in a content coding. @param chunked whether without a length */
async function send(
  bytes: Uint8Array,
  coding: string,
  { method = 'POST', path = panel, type = 'application/json', chunked = false } = {},
) {
  const body = chunked ? new Blob([new Uint8Array(bytes)]).stream() : new Uint8Array(bytes);
  const response = await fetch(api.url + path, {
    method,
    headers: { ...user.authorization, 'content-type': type, 'content-encoding': coding },
    body,
    ...(chunked ? { duplex: 'half' } : {}),
  } as RequestInit);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const creation = json({ initialState: { text: 'é' } });

it.each<[string, (bytes: Buffer) => Buffer]>([
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['identity, gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['zstd', (bytes) => bytes],
  ['nonsense', (bytes) => bytes],
  ['gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))],
  ['gzip, br', (bytes) => brotliCompressSync(gzipSync(bytes))],
])('a body in %s is refused with 415, which names what is accepted', async (coding, encode) => {
  for (const chunked of [false, true]) {
    const answer = await send(encode(creation), coding, { chunked });
    expect([answer.status, answer.body.error]).toEqual([415, 'unsupported_media_type']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.supportedCodings).toEqual(['identity']);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  }
  expect((await user.get(panel)).status).toBe(404);
});

it.each<[string, string, string]>([
  ['PUT', panel, 'application/json'],
  ['PATCH', panel, 'application/json-patch+json'],
  ['PATCH', panel, 'application/merge-patch+json'],
  ['DELETE', panel, 'application/json'],
  ['POST', '/api/state/ws/transaction', 'application/json'],
  ['POST', '/api/state/ws/query', 'application/json'],
  ['POST', '/api/snapshots/ws', 'application/json'],
  ['POST', '/api/workspaces', 'application/json'],
  ['PUT', '/api/workspaces/ws/members/bob', 'application/json'],
])('%s %s takes no %s body in gzip', async (method, path, type) => {
  await user.post(panel, { initialState: {} });
  const answer = await send(gzipSync(json({})), 'gzip', { method, path, type });
  expect([answer.status, answer.body.error]).toEqual([415, 'unsupported_media_type']);
  expect((await user.get(panel)).body.version).toBe(1);
});

it.each(['identity', 'Identity', ' identity ', ''])('a body in %j is read', async (coding) => {
  const made = await send(creation, coding);
  expect([made.status, (await user.get(panel)).body.state]).toEqual([201, { text: 'é' }]);
});

it('an empty body, or none, needs no coding', async () => {
  expect((await send(Buffer.alloc(0), 'br')).status).toBe(400);
  expect((await user.get('/api/state/ws', { 'content-encoding': 'br' })).status).toBe(200);
  await user.post(panel, { initialState: {} });
  const activated = await user.post('/api/workspaces/ws/activate', undefined, { 'content-encoding': 'br' });
  expect(activated.status).toBe(200);
});

it('git clients may compress what they ask for, with gzip alone', async () => {
  const path = '/git/ws.git/git-upload-pack';
  const type = 'application/x-git-upload-pack-request';
  await user.post(panel, { initialState: {} });
  const refused = await send(brotliCompressSync('0000'), 'br', { path, type });
  expect([refused.status, refused.body.error]).toEqual([415, 'unsupported_media_type']);
  expect(refused.headers.get('accept-encoding')).toBe('gzip, x-gzip, identity');
  const answer = await send(gzipSync('0000'), 'gzip', { path, type });
  expect(answer.status).not.toBe(415);
});

it('a large body that is refused for its coding ends neither the answer nor the service', async () => {
  for (let n = 0; n < 3; n++) {
    const answer = await send(Buffer.alloc(8 * 1024 * 1024), 'gzip', { chunked: n % 2 === 1 });
    expect(answer.status).toBe(415);
  }
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  expect(api.output()).toBe('');
});
