import { type ApiClient, type ApiResponse, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let apis: readonly ServiceProcess[];
let users: readonly ApiClient[];
let user: ApiClient;
let names = 0;

beforeAll(async () => {
  stack = await TestStack.create();
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());
beforeEach(async () => {
  const name = `user-${++names}`;
  users = apis.map((api) => stack.client(api, name));
  user = users[0] as ApiClient;
  await user.put('/api/kv/a', { value: { n: 1 } });
});

const mergePatch = { 'content-type': 'application/merge-patch+json' };

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Every door that writes keys; each succeeds once, and not a second time. */
const doors: readonly (readonly [string, Write])[] = [
  ['PUT', { method: 'PUT', path: '/api/kv/a', body: { value: { n: 2 }, version: 1 } }],
  ['PUT of the short spelling', { method: 'PUT', path: '/state/%2Fa', body: { value: 2, version: 1 } }],
  ['PATCH', { method: 'PATCH', path: '/api/kv/a?version=1', body: { n: 2 }, headers: mergePatch }],
  ['DELETE', { method: 'DELETE', path: '/api/kv/a' }],
  [
    'a transaction',
    {
      method: 'POST',
      path: '/api/kv',
      body: { transaction: [{ check: { key: '/a', version: 1 } }, { set: { key: '/a', value: 2 } }] },
    },
  ],
];
const bodied = doors.filter(([name]) => name !== 'PATCH');

const send = (client: ApiClient, { method, path, body, headers }: Write, more: Record<string, string> = {}) =>
  client.call(method, path, body, { ...headers, ...more });
const under = ({ body, ...write }: Write, lock: object): Write => ({ ...write, body: { ...body, lock } });
const first = ({ status, text, headers }: ApiResponse) => [status, text, headers.get('etag')];
const revision = async () => (await user.get('/api/kv')).body.revision;

describe('an Idempotency-Key', () => {
  it.each(doors)('has a repeated request get the first answer, from every process: %s', async (_, write) => {
    const once = { 'idempotency-key': 'once' };
    const answer = await send(user, write, once);
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    await user.put('/api/kv/a', { value: 'later' });
    const before = await revision();
    for (const client of users) expect(first(await send(client, write, once))).toEqual(first(answer));
    expect(await revision()).toBe(before);
  });

  it.each(doors)('has many at once written once: %s', async (_, write) => {
    const sent = Array.from({ length: 8 }, (_none, n) =>
      send(users[n % 2] as ApiClient, write, { 'idempotency-key': 'many' }),
    );
    const answers = new Set((await Promise.all(sent)).map((answer) => JSON.stringify(first(answer))));
    expect([...answers]).toEqual([expect.stringMatching(/^\[200,/)]);
    expect(await revision()).toBe(2);
  });

  it('is refused for another request, and keeps nothing of a refused one', async () => {
    const key = { 'idempotency-key': 'k' };
    const refused = await user.put('/api/kv/a', { value: 2, version: 7 }, key);
    expect([refused.status, refused.body.error]).toEqual([409, 'version_conflict']);
    expect((await user.put('/api/kv/a', { value: 2, version: 1 }, key)).status).toBe(200);
    for (const other of [
      await user.put('/api/kv/a', { value: 3, version: 1 }, key),
      await user.delete('/api/kv/a', key),
    ]) {
      expect([other.status, other.body.error]).toEqual([422, 'idempotency_key_reused']);
    }
    // Keys of a user's panels are others.
    const panel = await user.post('/api/state/ws/p', { initialState: {} }, key);
    expect(panel.status).toBe(201);
    const stranger = stack.client(apis[0] as ServiceProcess, 'stranger');
    expect((await stranger.put('/api/kv/a', { value: 3 }, key)).body).toMatchObject({ version: 1 });
  });
});

describe('a lock', () => {
  const take = async (name: string) => (await user.post(`/api/locks/${name}`, { ttlMs: 60_000 })).body;

  it.each(doors)('that is lost refuses a write: %s', async (_, write) => {
    const old = await take('l');
    await user.call('DELETE', '/api/locks/l', { token: old.token });
    const newest = (await take('l')).fencingToken;
    const header = (fence: number) => ({ 'nexus-lock': `l; fence=${fence}` });
    for (const fence of [old.fencingToken, newest + 1]) {
      const refused = await send(user, write, header(fence));
      expect([refused.status, refused.body]).toMatchObject([409, { error: 'lock_lost', name: 'l' }]);
    }
    expect(await revision()).toBe(1);
    expect((await send(user, write, header(newest))).status).toBe(200);
    expect(await revision()).toBe(2);
  });

  it.each(bodied)('stands in the body, too: %s', async (_, write) => {
    const { fencingToken } = await take('body');
    const lost = await send(user, under(write, { name: 'body', fencingToken: fencingToken + 1 }));
    expect([lost.status, lost.body.error]).toEqual([409, 'lock_lost']);
    const held = under(write, { name: 'body', fencingToken });
    const twice = await send(user, held, { 'nexus-lock': `other; fence=${fencingToken}` });
    expect([twice.status, twice.body.error]).toEqual([400, 'validation_failed']);
    expect((await send(user, held)).status).toBe(200);
  });

  it('that is lost meanwhile does not keep a repeated request from its answer', async () => {
    const { token, fencingToken } = await take('r');
    const headers = { 'nexus-lock': `r; fence=${fencingToken}`, 'idempotency-key': 'r' };
    const answer = await user.put('/api/kv/a', { value: 2 }, headers);
    await user.call('DELETE', '/api/locks/r', { token });
    await take('r');
    expect(first(await user.put('/api/kv/a', { value: 2 }, headers))).toEqual(first(answer));
    const another = { ...headers, 'idempotency-key': 'another' };
    expect((await user.put('/api/kv/a', { value: 2 }, another)).body.error).toBe('lock_lost');
  });

  it('that is given out anew lets no writer in that comes later, whatever they do at once', async () => {
    let holder = await take('race');
    for (let round = 0; round < 10; round++) {
      const { token, fencingToken: mine } = holder;
      const writes = Array.from({ length: 6 }, (_, n) =>
        (users[n % 2] as ApiClient).put(
          '/api/kv/race',
          { value: mine },
          { 'nexus-lock': `race; fence=${mine}` },
        ),
      );
      await user.call('DELETE', '/api/locks/race', { token });
      holder = await take('race');
      const { fencingToken } = holder;
      const next = await user.put(
        '/api/kv/race',
        { value: fencingToken },
        { 'nexus-lock': `race; fence=${fencingToken}` },
      );
      await Promise.all(writes);
      const { value, version } = (await user.get('/api/kv/race')).body;
      expect([value, version]).toEqual([fencingToken, next.body.version]);
    }
  });
});
