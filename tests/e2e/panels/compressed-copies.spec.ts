import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { openRedis } from '@nexus-state/redis';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, testRedisUrl } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let garden: ApiClient;
const user = `owner-${randomUUID()}`;
const path = '/api/state/garden/beds';

/** A state that is compressed in the cache. @param count is in it */
const largeState = (count: number) => ({
  count,
  rows: Array.from({ length: 2_000 }, (_, row) => ({ row, label: `bed ${row} of the garden, größer` })),
});

beforeAll(async () => {
  stack = await TestStack.create({ CORS_ORIGINS: '["http://pages.example"]' });
  api = await stack.start('state-api');
  garden = stack.client(api, user);
  await garden.post(path, { initialState: largeState(1) });
  await garden.post('/api/state/garden/lamp', { initialState: { on: true } });
  for (const one of [path, '/api/state/garden/lamp'])
    await eventually(
      async () => (await garden.get(one)).headers.get('x-cache') === 'hit',
      'the cache to be used',
    );
});
afterAll(() => stack?.close());

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** What is sent, byte by byte: other clients expand it by themselves. */
function rawGet(url: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(url, api.url),
      { headers: { ...garden.authorization, ...headers } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** The same, from the cache: a copy is held against the database every ten seconds, and such a read is answered from there. */
function cachedGet(url: string, headers: Record<string, string>): Promise<RawAnswer> {
  return eventually(async () => {
    const answer = await rawGet(url, headers);
    return answer.headers['x-cache'] === 'hit' ? answer : undefined;
  }, 'an answer from the cache');
}

const gzip = { 'accept-encoding': 'gzip' };
/** A header that no shortcut knows: a request that has it takes the way of all requests. */
const ways = [
  ['the shortcut', {}],
  ['the way of all requests', { 'x-detour': 'yes' }],
] as const;

describe.each(ways)('a large panel in the cache, read by %s', (_, way) => {
  it('is answered compressed to clients that accept it, with a weak tag', async () => {
    const { status, headers, bytes } = await cachedGet(path, { ...gzip, ...way });
    expect([status, headers['content-encoding'], headers.etag]).toEqual([200, 'gzip', 'W/"1"']);
    expect(headers.vary).toBe('Origin, Accept-Encoding');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect([headers['x-cache'], headers['content-length']]).toEqual(['hit', String(bytes.length)]);
    const plain = await cachedGet(path, way);
    expect(gunzipSync(bytes)).toEqual(plain.bytes);
    expect(bytes.length).toBeLessThan(plain.bytes.length / 4);
  });

  it.each([undefined, 'identity', 'br', 'gzip;q=0'])(
    'is answered as text to Accept-Encoding: %s',
    async (accepted) => {
      const header = accepted === undefined ? {} : { 'accept-encoding': accepted };
      const { headers, bytes } = await cachedGet(path, { ...header, ...way });
      expect([headers['content-encoding'], headers.etag, headers['x-cache']]).toEqual([
        undefined,
        '"1"',
        'hit',
      ]);
      expect(headers.vary).toBe('Origin, Accept-Encoding');
      expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ version: 1, state: largeState(1) });
    },
  );

  it.each(['"1"', 'W/"1"'])('is not sent again to a client that has %s, in either form', async (known) => {
    for (const [form, tag] of [
      [gzip, 'W/"1"'],
      [{}, '"1"'],
    ] as const) {
      const { status, headers, bytes } = await cachedGet(path, { ...form, ...way, 'if-none-match': known });
      expect([status, headers.etag, headers.vary, bytes.length]).toEqual([
        304,
        tag,
        'Origin, Accept-Encoding',
        0,
      ]);
      expect(headers['content-encoding']).toBeUndefined();
    }
  });

  it('does not change how small panels are answered', async () => {
    const { headers, bytes } = await cachedGet('/api/state/garden/lamp', { ...gzip, ...way });
    expect([headers['content-encoding'], headers.etag, headers['x-cache']]).toEqual([
      undefined,
      '"1"',
      'hit',
    ]);
    expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ state: { on: true } });
  });
});

describe('a large panel in the cache', () => {
  it('is answered in parts, at its version and with its history, as text', async () => {
    const part = await rawGet(`${path}?path=/rows/7/row`, gzip);
    expect([part.headers['content-encoding'], part.headers.etag]).toEqual([undefined, '"1"']);
    expect(JSON.parse(part.bytes.toString('utf8'))).toMatchObject({ state: 7 });
    const version = await rawGet(`${path}?version=1`, gzip);
    expect(version.headers['content-encoding']).toBeUndefined();
    const whole = await rawGet(`${path}?includeHistory=true`, gzip);
    expect(JSON.parse(whole.bytes.toString('utf8'))).toMatchObject({
      state: largeState(1),
      history: [{ version: 1 }],
    });
  });

  it('is described by HEAD as GET does', async () => {
    await cachedGet(path, gzip);
    const { status, headers } = await garden.call('HEAD', path, undefined, gzip);
    expect([status, headers.get('etag'), headers.get('content-encoding')]).toEqual([200, 'W/"1"', 'gzip']);
  });

  it('is changed and deleted by the tag of a compressed answer, and refused at an older one', async () => {
    const own = '/api/state/garden/own';
    await garden.post(own, { initialState: largeState(1) });
    const tag = async () => {
      const { headers } = await cachedGet(own, gzip);
      expect(headers['content-encoding']).toBe('gzip');
      return headers.etag as string;
    };
    const first = await tag();
    const replaced = await garden.put(own, { state: largeState(2) }, { 'if-match': first });
    expect([replaced.status, replaced.headers.get('etag')]).toEqual([200, '"2"']);
    const refused = await garden.put(own, { state: largeState(3) }, { 'if-match': first });
    expect(refused.status).toBe(412);
    const second = await tag();
    expect(second).toBe('W/"2"');
    expect((await garden.delete(own, { 'if-match': second })).status).toBe(204);
  });

  it('is kept compressed: in a fraction of its bytes', async () => {
    const redis = openRedis(testRedisUrl());
    await eventually(() => redis.status === 'ready', 'the connection');
    const key = `nexus-panel:{${user}:garden}:beds`;
    const entry = await redis.getBuffer(key);
    expect(entry?.toString('latin1')).toMatch(/^1 \d+ gzip:[0-9a-f-]{36}\n/);
    expect(entry?.length).toBeLessThan(JSON.stringify(largeState(1)).length / 4);
    redis.disconnect();
  });
});
