import { randomUUID } from 'node:crypto';
import {
  ApiClient,
  type ApiResponse,
  type ServiceProcess,
  TestStack,
  testToken,
} from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());

const keysOf = ({ body }: ApiResponse) => body.keys.map(({ key }: { key: string }) => key);
const outcome = ({ status, body }: ApiResponse) => [status, body.error];

describe('the keys of a user', () => {
  it('are theirs alone', async () => {
    const [ann, bob] = [stack.client(api), stack.client(api)];
    await ann.put('/api/kv/secret', { value: 1 });
    expect(outcome(await bob.get('/api/kv/secret'))).toEqual([404, 'not_found']);
    expect((await bob.get('/api/kv')).body).toEqual({ keys: [], nextCursor: null, revision: 0 });
    expect((await bob.put('/api/kv/secret', { value: 2 })).body.version).toBe(1);
    expect((await ann.get('/api/kv/secret')).body.value).toBe(1);
  });

  it('need the scope of what is done with them', async () => {
    const owner = `user-${randomUUID()}`;
    const reader = stack.client(api, owner, { scope: 'state:read' });
    const writer = stack.client(api, owner, { scope: 'state:write' });
    await writer.put('/state/k', { value: 1 });
    expect((await reader.get('/state/k')).body.value).toBe(1);
    const merge = { 'content-type': 'application/merge-patch+json' };
    const refused = [
      await reader.put('/api/kv/k', { value: 1 }),
      await reader.put('/state/k', { value: 1 }),
      await reader.patch('/api/kv/k', {}, merge),
      await reader.delete('/api/kv/k'),
      await reader.post('/api/kv', { transaction: [{ delete: { key: 'k' } }] }),
      await writer.get('/api/kv/k'),
      await writer.get('/state/k'),
      await writer.get('/api/kv'),
      await writer.get('/api/watch?pattern=*'),
    ];
    expect(refused.map(outcome)).toEqual(Array(9).fill([403, 'forbidden']));
  });
});

describe('a token with paths', () => {
  const owner = `user-${randomUUID()}`;
  const paths = ['/workloads/*', '/nodes/*/status', 'user:1', 'ws/*'];
  const all = [
    '/nodes/a/secret',
    '/nodes/a/status',
    '/workloads',
    '/workloads/web',
    '/workloads/web/env',
    'user:1',
    'user:2',
  ];
  let whole: ApiClient;
  let narrow: ApiClient;
  const reached = ['/nodes/a/status', '/workloads/web', '/workloads/web/env', 'user:1'];

  beforeAll(async () => {
    [whole, narrow] = [stack.client(api, owner), stack.client(api, owner, { paths })];
    for (const key of all) await whole.put(`/state/${encodeURIComponent(key)}`, { value: key });
  });

  it('reaches what they match, and all else is not there', async () => {
    for (const key of all) {
      const read = await narrow.get(`/state/${encodeURIComponent(key)}`);
      expect([key, read.status]).toEqual([key, reached.includes(key) ? 200 : 404]);
    }
    const hidden = await narrow.get('/api/kv/nodes/a/secret');
    const missing = await narrow.get('/api/kv/nodes/b/secret');
    expect(hidden.body.message.replace('/a/', '/b/')).toBe(missing.body.message);
    expect(outcome(await narrow.put('/api/kv/nodes/a/secret', { value: 1 }))).toEqual([404, 'not_found']);
    expect(outcome(await narrow.delete('/api/kv/workloads'))).toEqual([404, 'not_found']);
    expect((await whole.get('/api/kv/nodes/a/secret')).body.version).toBe(1);
  });

  it('lists what they match', async () => {
    expect(keysOf(await whole.get('/api/kv'))).toEqual(all);
    expect(keysOf(await narrow.get('/api/kv'))).toEqual(reached);
    expect(keysOf(await narrow.get('/api/kv?prefix=/nodes/'))).toEqual(['/nodes/a/status']);
    expect(keysOf(await narrow.get('/api/kv?prefix=/workloads/web/'))).toEqual(['/workloads/web/env']);
    expect(keysOf(await narrow.get('/api/kv?prefix=/other'))).toEqual([]);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page: ApiResponse = await narrow.get(
        `/api/kv?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(page.body.keys.length).toBeLessThan(2);
      seen.push(...keysOf(page));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(reached);
  });

  it('has no transaction with what they do not match', async () => {
    const refused = await narrow.post('/api/kv', {
      transaction: [{ set: { key: 'user:1', value: 'new' } }, { check: { key: 'user:2', version: 1 } }],
    });
    expect([...outcome(refused), refused.body.transactionIndex]).toEqual([404, 'not_found', 1]);
    expect((await whole.get('/state/user:1')).body.value).toBe('user:1');
  });

  it('watches what they match', async () => {
    const url = `${api.url}/api/watch?pattern=*&since=0`;
    const events = await followEvents(url, testToken(owner, { paths }), 5);
    expect([...events.matchAll(/"key":"([^"]*)"/g)].map(([, key]) => key)).toEqual(reached);
  });
});

describe('rate limits', () => {
  it('count each request about keys, and many operations of a transaction as several writes', async () => {
    const limited = await stack.start('state-api', {
      RATE_LIMIT_WRITES_PER_SECOND: '0.002',
      RATE_LIMIT_READS_PER_SECOND: '0.001',
    });
    const user = stack.client(limited);
    const one = await user.get('/api/kv');
    expect([one.status, one.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringContaining('"user-reads";r=0'),
    ]);
    for (const path of ['/api/kv/k', '/state/k', '/api/kv', '/api/watch?pattern=*']) {
      expect(outcome(await user.get(path))).toEqual([429, 'rate_limited']);
    }
    expect((await user.put('/api/kv/k', { value: 1 })).status).toBe(200);
    expect(outcome(await user.put('/state/k', { value: 1 }))).toEqual([429, 'rate_limited']);
    expect(outcome(await user.post('/api/kv', { transaction: [{ delete: { key: 'k' } }] }))).toEqual([
      429,
      'rate_limited',
    ]);
  });
});
