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

const merge = { 'content-type': 'application/merge-patch+json' };

describe('one key', () => {
  it('is written, read, merged and deleted, with its version as entity tag and the revision of the owner', async () => {
    const written = await user.put('/api/kv/workloads/web', { value: { image: 'web:1', replicas: 2 } });
    expect([written.status, written.headers.get('etag')]).toEqual([200, '"1"']);
    expect(written.body).toEqual({ key: '/workloads/web', version: 1, revision: 1 });
    const merged = await user.patch('/api/kv/workloads/web', { replicas: 3, image: null }, merge);
    expect(merged.body).toEqual({ key: '/workloads/web', version: 2, revision: 2 });

    const read = await user.get('/api/kv/workloads/web');
    expect([read.status, read.headers.get('etag')]).toEqual([200, '"2"']);
    const instant: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(read.body).toEqual({
      key: '/workloads/web',
      value: { replicas: 3 },
      version: 2,
      revision: 2,
      createdAt: instant,
      updatedAt: instant,
    });
    const known = await user.get('/api/kv/workloads/web', { 'if-none-match': '"2"' });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', '"2"']);

    const deleted = await user.delete('/api/kv/workloads/web');
    expect(deleted.body).toEqual({ key: '/workloads/web', version: 3, revision: 3 });
    for (const again of [
      await user.get('/api/kv/workloads/web'),
      await user.delete('/api/kv/workloads/web'),
    ]) {
      expect([again.status, again.body.error]).toEqual([404, 'not_found']);
    }
    const anew = await user.put('/api/kv/workloads/web', { value: 1 });
    expect(anew.body).toEqual({ key: '/workloads/web', version: 4, revision: 4 });
  });

  it('has one value under each of its spellings', async () => {
    await user.put('/api/kv/?key=user%3A123', { value: 'flat' });
    await user.put('/state/%2Fa%2Fb', { value: 'path' });
    const values = async (paths: string[]) =>
      Promise.all(paths.map(async (path) => (await user.get(path)).body.value));
    expect(await values(['/state/user:123', '/state/user%3A123', '/api/kv/?key=user:123'])).toEqual(
      Array(3).fill('flat'),
    );
    expect(await values(['/api/kv/a/b', '/api/kv/a%2Fb', '/api/kv/?key=/a/b', '/state/%2Fa/b'])).toEqual(
      Array(4).fill('path'),
    );
    const odd = '/api/kv/caf%C3%A9/%25/a%20b%3F';
    expect((await user.put(odd, { value: 1 })).body.key).toBe('/café/%/a b?');
    expect((await user.get('/api/kv/')).body).toMatchObject({ error: 'invalid_key' });
    const twice = await user.get('/api/kv/a?key=/b');
    expect([twice.status, twice.body.errors]).toEqual([400, [expect.objectContaining({ pointer: 'key' })]]);
  });

  it('keeps bytes and any JSON as they are', async () => {
    await user.put('/api/kv/bytes', { value: 'AQID/w==', encoding: 'base64' });
    expect((await user.get('/api/kv/bytes')).body).toMatchObject({ value: 'AQID/w==', encoding: 'base64' });
    for (const value of [null, 0, '', [1, { a: [] }], { __proto__x: 1 }, 'x'.repeat(100_000)]) {
      expect((await user.put('/api/kv/json', { value })).status).toBe(200);
      expect((await user.get('/api/kv/json')).body.value).toEqual(value);
    }
    const refused = await user.patch('/api/kv/bytes', { a: 1 }, merge);
    expect([refused.status, refused.body.error]).toEqual([409, 'not_json']);
    const nothing = await user.put('/api/kv/json', {});
    expect(nothing.body.errors).toEqual([{ pointer: '/value', message: 'is missing' }]);
    const bad = await user.put('/api/kv/json', { value: '%', encoding: 'base64' });
    expect(bad.body.errors).toEqual([expect.objectContaining({ pointer: '/value' })]);
  });

  it('is written on a condition in the body or in a header', async () => {
    const write = (body: object, headers = {}) => user.put('/api/kv/k', { value: 1, ...body }, headers);
    const outcome = ({ status, body }: Awaited<ReturnType<typeof write>>) => [
      status,
      body.error ?? body.version,
      body.currentVersion,
    ];
    expect(outcome(await write({ version: 1 }))).toEqual([409, 'version_conflict', 0]);
    expect(outcome(await write({}, { 'if-match': '*' }))).toEqual([412, 'precondition_failed', 0]);
    expect(outcome(await write({}, { 'if-none-match': '*' }))).toEqual([200, 1, undefined]);
    expect(outcome(await write({}, { 'if-none-match': '*' }))).toEqual([412, 'precondition_failed', 1]);
    expect(outcome(await write({ version: 0 }))).toEqual([409, 'version_conflict', 1]);
    expect(outcome(await write({ version: 1 }))).toEqual([200, 2, undefined]);
    expect(outcome(await write({}, { 'if-match': '"1"' }))).toEqual([412, 'precondition_failed', 2]);
    expect(outcome(await write({}, { 'if-match': '"2"' }))).toEqual([200, 3, undefined]);
    expect(outcome(await write({}, { 'if-match': '*' }))).toEqual([200, 4, undefined]);
    const stale = await user.call('DELETE', '/api/kv/k', { version: 3 });
    expect(outcome(stale)).toEqual([409, 'version_conflict', 4]);
    expect(outcome(await user.patch('/api/kv/k?version=3', {}, merge))).toEqual([409, 'version_conflict', 4]);
    expect(outcome(await user.delete('/api/kv/k', { 'if-match': '"4"' }))).toEqual([200, 5, undefined]);
  });

  it('lets all of many writers with If-Match: * through', async () => {
    await user.put('/api/kv/k', { value: 0 });
    const writes = Array.from({ length: 5 }, (_, value) =>
      user.put('/api/kv/k', { value }, { 'if-match': '*' }),
    );
    const versions = (await Promise.all(writes)).map(({ body }) => body.version);
    expect(versions.sort()).toEqual([2, 3, 4, 5, 6]);
  });

  it('says where a value is that cannot be given back unchanged', async () => {
    const reason = 'it contains the character U+0000.';
    const put = await user.put('/api/kv/k', { value: { a: [1, 'b\u0000'] } });
    expect([put.status, put.body]).toEqual([
      422,
      expect.objectContaining({ error: 'unsupported_value', pointer: '/value/a/1', reason }),
    ]);
    await user.put('/api/kv/k', { value: {} });
    const merged = await user.patch('/api/kv/k', { a: [1, 'b\u0000'] }, merge);
    expect([merged.status, merged.body]).toEqual([
      422,
      expect.objectContaining({ error: 'unsupported_value', pointer: '/a/1', reason }),
    ]);
    const deep = JSON.parse(`${'[1,'.repeat(101)}1${']'.repeat(101)}`);
    const { body } = await user.put('/api/kv/k', { value: deep });
    expect(body).toMatchObject({
      error: 'unsupported_value',
      pointer: `/value${'/1'.repeat(100)}`,
      reason: 'it is nested deeper than 100 levels.',
    });
  });

  it('takes the snake_case spelling of fields and parameters, and no other field', async () => {
    const written = await user.put('/api/kv/k', { value: {}, ttl_seconds: 3600 });
    expect(written.status).toBe(200);
    const { createdAt, expiresAt } = (await user.get('/api/kv/k')).body;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(3_600_000);
    expect((await user.patch('/api/kv/k?ttl_seconds=7200', {}, merge)).status).toBe(200);
    const set = { set: { key: '/t', value: 1, ttl_seconds: 60 } };
    expect((await user.post('/api/kv', { transaction: [set] })).status).toBe(200);
    for (const body of [
      { value: 1, ttl: 5 },
      { value: 1, sensitve: true },
    ]) {
      expect((await user.put('/api/kv/k', body)).body.error).toBe('validation_failed');
    }
  });
});

describe('many keys', () => {
  it('are listed in the order of their bytes, page by page, with their values if asked for', async () => {
    const keys = ['/a/1', '/a/2', '/a/é', '/a/\u{1f600}', '/b'];
    for (const key of keys) await user.put(`/api/kv${encodeURI(key)}`, { value: key });
    const all = (await user.get('/api/kv')).body;
    expect(all.keys.map(({ key }: { key: string }) => key)).toEqual(keys);
    expect([all.nextCursor, all.revision, 'value' in all.keys[0]]).toEqual([null, 5, false]);
    const seen: unknown[] = [];
    let query = 'prefix=/a/&limit=3&values=true';
    for (let pages = 0; pages < 2; pages++) {
      const page = (await user.get(`/api/kv?${query}`)).body;
      seen.push(...page.keys.map(({ value }: { value: unknown }) => value));
      query = `prefix=/a/&limit=3&values=true&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen).toEqual(keys.slice(0, 4));
  });

  it('with large values come in pages of a bounded size', async () => {
    const value = 'x'.repeat(1_000_000);
    for (let n = 10; n < 40; n++) await user.put(`/api/kv/large/${n}`, { value });
    const first = await user.get('/api/kv?values=true&limit=1000');
    expect(first.text.length).toBeLessThan(20_000_000);
    let { nextCursor } = first.body;
    const seen = [...first.body.keys];
    while (nextCursor !== null) {
      const page = (await user.get(`/api/kv?values=true&limit=1000&cursor=${encodeURIComponent(nextCursor)}`))
        .body;
      seen.push(...page.keys);
      ({ nextCursor } = page);
    }
    expect(new Set(seen.map(({ key }) => key)).size).toBe(30);
    expect(seen).toHaveLength(30);
  });

  it('are changed as one, or not at all', async () => {
    await user.put('/api/kv/leader', { value: 'a' });
    const transaction = [
      { check: { key: '/leader', version: 1 } },
      { set: { key: '/leader', value: 'b' } },
      { set: { key: 'bytes', value: 'AQ==', encoding: 'base64' } },
      { delete: { key: '/nothing' } },
    ];
    const done = await user.post('/api/kv', { transaction });
    expect([done.status, done.body]).toEqual([
      200,
      {
        revision: 2,
        results: [
          { key: '/leader', version: 1 },
          { key: '/leader', version: 2 },
          { key: 'bytes', version: 1 },
          { key: '/nothing', version: 0 },
        ],
      },
    ]);
    const refused = await user.post('/api/kv', {
      transaction: [{ set: { key: '/other', value: 1 } }, { check: { key: '/leader', version: 1 } }],
    });
    expect([refused.status, refused.body]).toEqual([
      409,
      expect.objectContaining({
        error: 'version_conflict',
        transactionIndex: 1,
        key: '/leader',
        currentVersion: 2,
      }),
    ]);
    expect((await user.get('/api/kv/other')).status).toBe(404);
    for (const [bad, refusal] of [
      [
        { key: '//', value: 1 },
        { error: 'invalid_key', key: '//' },
      ],
      [
        { key: '/a', value: ['\u0000'] },
        { error: 'unsupported_value', pointer: '/transaction/1/set/value/0' },
      ],
      [
        { key: '/a', value: 'x'.repeat(1_048_575) },
        { error: 'value_too_large', limitBytes: 1_048_576 },
      ],
    ]) {
      const transaction = [{ set: { key: '/other', value: 1 } }, { set: bad }];
      expect((await user.post('/api/kv', { transaction })).body).toMatchObject({
        ...refusal,
        transactionIndex: 1,
      });
    }
  });
});
