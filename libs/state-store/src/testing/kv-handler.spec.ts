import { MemoryStore } from '..';
import { aKeyRing } from './spec/a-key-ring';
import { kvHandler } from '.';

const store = new MemoryStore({ retention: { maxChanges: 5 }, encryption: aKeyRing() });
const handle = kvHandler({ storeOf: () => store });
afterAll(() => store.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await handle(new Request(`http://service.test${path}`, init));
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

describe('the routes of keys', () => {
  it('create, read and update a key, with its version as ETag', async () => {
    const created = await send('PUT', '/api/kv/a/b', { value: { n: 1 }, ttlSeconds: 60 });
    expect([created.status, created.body]).toEqual([200, { key: '/a/b', version: 1, revision: 1 }]);
    const read = await send('GET', '/api/kv/a/b');
    expect(read.headers.get('etag')).toBe('"1"');
    const { createdAt, updatedAt, expiresAt, ...rest } = read.body;
    expect(rest).toEqual({ key: '/a/b', value: { n: 1 }, version: 1, revision: 1 });
    expect(createdAt).toBe(updatedAt);
    expect(Date.parse(String(expiresAt)) - Date.parse(String(updatedAt))).toBe(60_000);
    expect((await send('GET', '/api/kv/a/b', undefined, { 'if-none-match': '"1"' })).status).toBe(304);
    const merged = await send(
      'PATCH',
      '/api/kv/a/b',
      { m: 2 },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(merged.body).toEqual({ key: '/a/b', version: 2, revision: 2 });
    expect((await send('GET', '/api/kv/a/b')).body['value']).toEqual({ n: 1, m: 2 });
    const deleted = await send('DELETE', '/api/kv/a/b');
    expect([deleted.status, deleted.body]).toEqual([200, { key: '/a/b', version: 3, revision: 3 }]);
    expect((await send('GET', '/api/kv/a/b')).status).toBe(404);
    expect((await send('DELETE', '/api/kv/a/b')).body['error']).toBe('not_found');
  });

  it('compare and set by body and by header', async () => {
    await send('PUT', '/api/kv/cas', { value: 1 });
    const conflict = await send('PUT', '/api/kv/cas', { value: 2, version: 7 });
    expect([conflict.status, conflict.body['error']]).toEqual([409, 'version_conflict']);
    expect(conflict.body).toMatchObject({ key: '/cas', expected: 7, found: 1, currentVersion: 1 });
    const failed = await send('PUT', '/api/kv/cas', { value: 2 }, { 'if-match': '"7"' });
    expect([failed.status, failed.body['error'], failed.body['currentVersion']]).toEqual([
      412,
      'precondition_failed',
      1,
    ]);
    expect((await send('PUT', '/api/kv/cas', { value: 2 }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await send('PUT', '/api/kv/cas', { value: 2 }, { 'if-match': '"1"' })).body['version']).toBe(2);
    expect((await send('DELETE', '/api/kv/cas', undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await send('PUT', '/api/kv/new', { value: 1 }, { 'if-none-match': '*' })).body['version']).toBe(
      1,
    );
  });

  it('know flat keys in the query, and any key percent-encoded after /state/', async () => {
    await send('PUT', '/api/kv/?key=user:123', { value: 1 });
    expect((await send('GET', '/state/user%3A123')).body['key']).toBe('user:123');
    expect((await send('PUT', '/state/%2Fa%2Fshort', { value: 2 })).body['key']).toBe('/a/short');
    expect((await send('GET', '/api/kv/a/short')).body['value']).toBe(2);
    expect((await send('GET', '/api/kv/a//b')).body).toMatchObject({ status: 400, error: 'invalid_key' });
    expect((await send('GET', '/api/kv/%')).body['error']).toBe('validation_failed');
  });

  it('list keys, and of sensitive ones that they are', async () => {
    await send('PUT', '/api/kv/l/a', { value: 1 });
    await send('PUT', '/api/kv/l/b', { value: 'c2VjcmV0', encoding: 'base64', sensitive: true });
    const { body } = await send('GET', '/api/kv?prefix=/l/&values=true');
    expect(body['keys']).toMatchObject([
      { key: '/l/a', value: 1 },
      { key: '/l/b', sensitive: true },
    ]);
    expect((body['keys'] as object[])[1]).not.toHaveProperty('value');
    const first = await send('GET', '/api/kv?prefix=/l/&limit=1');
    const rest = await send(
      'GET',
      `/api/kv?prefix=/l/&cursor=${encodeURIComponent(String(first.body['nextCursor']))}`,
    );
    expect(rest.body['keys']).toMatchObject([{ key: '/l/b' }]);
    expect((await send('GET', '/api/kv?limit=x')).body['error']).toBe('validation_failed');
  });

  it('do a transaction, or name the check that does not hold', async () => {
    const done = await send('POST', '/api/kv', {
      transaction: [
        { check: { key: '/t/a', version: 0 } },
        { set: { key: '/t/a', value: 1 } },
        { delete: { key: '/t/b' } },
      ],
    });
    expect(done.body['results']).toEqual([
      { key: '/t/a', version: 0 },
      { key: '/t/a', version: 1 },
      { key: '/t/b', version: 0 },
    ]);
    const failed = await send('POST', '/api/kv', {
      transaction: [{ set: { key: '/t/a', value: 2 } }, { check: { key: '/t/b', version: 4 } }],
    });
    expect(failed.body).toMatchObject({
      status: 409,
      error: 'version_conflict',
      key: '/t/b',
      expected: 4,
      found: 0,
      transactionIndex: 1,
    });
    for (const transaction of [undefined, [], [{}], [null], [{ set: { key: '/t/a' } }]]) {
      expect((await send('POST', '/api/kv', { transaction })).body['error']).toBe('validation_failed');
    }
  });

  it('refuse a watch since what is no longer kept, with the oldest revision there is', async () => {
    for (let n = 0; n < 40; n++) await store.setJson('/w', n);
    const answer = await send('GET', '/api/watch?pattern=/w&since=1');
    expect([answer.status, answer.body['error']]).toEqual([410, 'compacted']);
    expect(answer.body['oldestRevision']).toBeGreaterThan(1);
  });

  it('answer a method that a route does not have with those that it has', async () => {
    const answer = await send('POST', '/api/kv/a');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT, PATCH, DELETE']);
    expect((await send('PUT', '/api/kv', {})).status).toBe(405);
    expect((await send('GET', '/elsewhere')).status).toBe(404);
  });
});
