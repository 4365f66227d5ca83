import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, OwnRedis, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let redis: OwnRedis;
let stack: TestStack;
let apis: ServiceProcess[];
let users: ApiClient[];
let user: ApiClient;

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'error', SNAPSHOT_BEFORE_WAIT: '1ms' });
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  users = apis.map((api) => stack.client(api, 'one-user'));
  user = users[0] as ApiClient;
});
afterAll(async () => {
  await stack?.close();
  await redis?.stop();
});

const through = (n: number) => users[n % users.length] as ApiClient;
const fencedBy = (name: string, fencingToken: number) => ({ name, fencingToken });

it('200 contenders through two processes: the lock goes round, and never two numbers are held at once', async () => {
  const path = '/api/locks/contended';
  let holders = 0;
  const numbers: number[] = [];
  const contend = async (n: number) => {
    const taken = await through(n).post(path, { ttlMs: 60_000, waitMs: 60_000 });
    expect(taken.status).toBe(201);
    expect(++holders).toBe(1);
    numbers.push(taken.body.fencingToken);
    holders--;
    expect((await through(n + 1).call('DELETE', path, { token: taken.body.token })).status).toBe(204);
  };
  await Promise.all(Array.from({ length: 200 }, (_, n) => contend(n)));
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
});

it('a holder that was stopped for too long writes nothing, whatever door it comes through', async () => {
  const path = '/api/locks/paused';
  const panel = '/api/state/paused/panel';
  await user.post(panel, { initialState: { n: 0 } });
  const old = (await user.post(path, { ttlMs: 100 })).body;
  const stale = fencedBy('paused', old.fencingToken);
  expect((await user.put(panel, { state: { n: 1 }, version: 1, lock: stale })).status).toBe(200);
  const next = await eventually(async () => {
    const taken = await through(1).post(path, { ttlMs: 60_000 });
    return taken.status === 201 && taken.body;
  }, 'the lock to end');
  expect(next.fencingToken).toBe(old.fencingToken + 1);

  const header = (fence: number) => ({ 'nexus-lock': `paused; fence=${fence}` });
  const jsonPatch = { 'content-type': 'application/json-patch+json', 'if-match': '"2"' };
  const mergePatch = { 'content-type': 'application/merge-patch+json', 'if-match': '"2"' };
  const doors = (fence: number) => {
    const lock = fencedBy('paused', fence);
    const patches = [{ op: 'inc', path: '/n', value: 1 }];
    return [
      () => user.post('/api/state/paused/other', { initialState: {}, lock }),
      () => user.put(panel, { state: { n: 9 }, version: 2, lock }),
      () => user.patch(panel, { patches, version: 2, lock }),
      () => user.patch(panel, patches, { ...jsonPatch, ...header(fence) }),
      () => user.patch(panel, { n: 9 }, { ...mergePatch, ...header(fence) }),
      () => user.post(`${panel}/revert`, { targetVersion: 1, lock }),
      () =>
        user.post('/api/state/paused/transaction', {
          operations: [{ op: 'set', panelId: 'panel', state: { n: 9 } }],
          lock,
        }),
      () => user.delete(panel, header(fence)),
      () => user.call('DELETE', panel, { lock }),
    ];
  };
  for (const fence of [old.fencingToken, next.fencingToken + 1]) {
    for (const door of doors(fence)) {
      const answer = await door();
      expect([answer.status, answer.body?.error]).toEqual([409, 'lock_lost']);
      expect(answer.body).toMatchObject({ name: 'paused', fencingToken: fence });
    }
  }
  expect((await user.get(panel)).body).toMatchObject({ version: 2, state: { n: 1 } });
  const renewed = await user.put(path, { token: old.token, ttlMs: 1_000 });
  expect([renewed.status, renewed.body.error]).toEqual([409, 'lock_lost']);

  const lock = fencedBy('paused', next.fencingToken);
  expect((await user.put(panel, { state: { n: 2 }, version: 2, lock })).status).toBe(200);
});

it('those who wait get the lock in the order in which they came, and who disconnects leaves the queue', async () => {
  const path = '/api/locks/queue';
  const { token } = (await user.post(path, { ttlMs: 60_000 })).body;
  const order: string[] = [];
  const gone = new AbortController();
  const probe = async (waiters: number) => {
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url);
    await eventually(
      async () => (await client.zcard('nexus-lock:{one-user:queue}:queue')) === waiters,
      `${waiters} to wait`,
    );
    client.disconnect();
  };
  const waitAs = async (name: string) => {
    const taken = await user.post(path, { ttlMs: 60_000, waitMs: 60_000 });
    order.push(name);
    await user.call('DELETE', path, { token: taken.body.token });
  };
  const first = waitAs('first');
  await probe(1);
  const leaving = fetch(`${(apis[0] as ServiceProcess).url}${path}`, {
    method: 'POST',
    headers: { ...user.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ ttlMs: 60_000, waitMs: 60_000 }),
    signal: gone.signal,
  });
  await probe(2);
  const second = waitAs('second');
  await probe(3);
  gone.abort();
  await expect(leaving).rejects.toThrow();
  await probe(2);
  await user.call('DELETE', path, { token });
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

it('numbers grow on where Redis was started again without its data, and former holders write nothing', async () => {
  const path = '/api/locks/restarted';
  const before = (await user.post(path, { ttlMs: 600_000 })).body;
  const held = await user.post(path, { ttlMs: 1_000 });
  expect([held.status, held.body.error, held.body.expiresAt]).toEqual([409, 'locked', before.expiresAt]);
  await redis.kill();
  const away = await user.post(path, { ttlMs: 1_000 });
  expect([away.status, away.body.error]).toEqual([503, 'unavailable']);
  await redis.restart();
  const after = await eventually(async () => {
    const taken = await user.post(path, { ttlMs: 60_000 });
    return taken.status === 201 && taken.body;
  }, 'the lock to be free');
  expect(after.fencingToken).toBeGreaterThan(before.fencingToken);
  expect((await user.put(path, { token: before.token, ttlMs: 1_000 })).body.error).toBe('lock_lost');
  const lock = fencedBy('restarted', before.fencingToken);
  expect((await user.post('/api/state/ws/restarted', { initialState: {}, lock })).body.error).toBe(
    'lock_lost',
  );
});

it('locks are of their user, and headers that cannot be read are refused', async () => {
  const path = '/api/locks/mine';
  await user.post(path, { ttlMs: 60_000 });
  const other = stack.client(apis[0] as ServiceProcess, 'another-user');
  expect((await other.post(path, { ttlMs: 60_000 })).status).toBe(201);
  const panel = '/api/state/ws/headers';
  for (const text of ['mine', 'mine; fence=0', 'mine; fence=1.5', 'a/b; fence=1', '; fence=1']) {
    const { status, body } = await user.post(panel, { initialState: {} }, { 'nexus-lock': text });
    expect([text, status, body.errors[0].pointer]).toEqual([text, 400, 'Nexus-Lock']);
  }
  const lock = fencedBy('mine', 1);
  const spelled = { name: 'mine', fencing_token: 1 };
  expect((await user.post('/api/state/ws/spelled', { initial_state: {}, lock: spelled })).status).toBe(201);
  expect((await user.put('/api/kv/spelled', { value: 1, lock: spelled })).status).toBe(200);
  const both = await user.post(panel, { initialState: {}, lock }, { 'nexus-lock': 'mine; fence=2' });
  expect([both.status, both.body.errors[0].pointer]).toEqual([400, '/lock']);
  expect((await user.get(panel, { 'nexus-lock': 'mine; fence=1' })).status).toBe(400);
});
