import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

let stack: TestStack;
let apis: readonly ServiceProcess[];
let gateways: readonly ServiceProcess[];
let user: string;
let door: ApiClient;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create({
    STATE_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    KEYS_MAX_CHANGES: '60',
    REALTIME_QUEUE_BYTES: String(64 * 1024),
    REALTIME_STALL_TIMEOUT: '5m',
    // A client that reads nothing answers no ping.
    REALTIME_PING_INTERVAL: '5m',
  });
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  gateways = await Promise.all([stack.start('realtime-gateway'), stack.start('realtime-gateway')]);
});
beforeEach(async () => {
  user = `user-${randomUUID()}`;
  door = stack.client(apis[0] as ServiceProcess, user);
  await door.post('/api/state/ws/panel', { initialState: {} });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

/** One of the doors, as tests use both alike. */
interface Door {
  readonly ask: (name: string, message: object) => Promise<{ ok?: boolean; [fact: string]: unknown }>;
  /** What came as `key_event`, without the name of the message. */
  readonly events: () => Record<string, unknown>[];
  readonly errors: () => Record<string, unknown>[];
  readonly close: () => void;
}

const socketIo = async (gateway: number, claims: object = {}): Promise<Door> => {
  const client = await LiveClient.connect(gateways[gateway] as ServiceProcess, user, { ...claims });
  const named = (name: string) => () =>
    client.received.filter((one) => one.name === name).map(({ payload }) => payload);
  const close = () => void client.socket.disconnect();
  clients.push({ close });
  return {
    ask: async (name, message) => {
      const reply = await client.ask(name, message);
      return reply.ok ? reply : { ...reply.error, code: reply.error.error };
    },
    events: named('key_event'),
    errors: named('error'),
    close,
  };
};
const webSocket = async (gateway: number, claims: object = {}): Promise<Door> => {
  const client = await WebSocketClient.connect(gateways[gateway] as ServiceProcess, user, { ...claims });
  clients.push(client);
  const named = (name: string) => () =>
    client.received.filter(({ type, id }) => type === name && id === undefined);
  return {
    ask: async (type, message) => {
      const { type: kind, ...facts } = await client.ask({ type, ...message });
      return { ok: kind === 'ack', ...facts };
    },
    events: () => named('key_event')().map(({ type: _, ...event }) => event),
    errors: named('error'),
    close: () => client.close(),
  };
};

describe.each([
  ['Socket.IO', socketIo],
  ['a plain WebSocket', webSocket],
])('a watch over %s', (_, connect) => {
  const until = (live: Door, count: number) =>
    eventually(() => live.events().length >= count, `${count} events`);
  const short = (events: readonly Record<string, unknown>[]) =>
    events.map(({ changeType, key, version }) => `${changeType} ${key} ${version}`);

  it('gives every change that matches, with what the key holds now', async () => {
    const live = await connect(0);
    expect(await live.ask('watch', { pattern: '/nodes/*' })).toMatchObject({
      ok: true,
      pattern: '/nodes/*',
      revision: 0,
    });
    await door.put('/api/kv/other', { value: 1 });
    await door.put('/api/kv/nodes/a', { value: { up: true }, ttlSeconds: 0.2 });
    await door.put('/api/kv/nodes/b', { value: 'AQI=', encoding: 'base64' });
    await until(live, 3);
    await door.delete('/api/kv/nodes/b');
    await until(live, 4);
    const [created, ...others] = live.events();
    expect(created).toEqual({
      pattern: '/nodes/*',
      key: '/nodes/a',
      changeType: 'created',
      version: 1,
      revision: 2,
      cursor: '2',
      value: { up: true },
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    });
    // The time to live may end before or after the other writes.
    expect([others.length, others]).toEqual([
      3,
      expect.arrayContaining([
        expect.objectContaining({
          key: '/nodes/b',
          changeType: 'created',
          value: 'AQI=',
          encoding: 'base64',
        }),
        expect.objectContaining({ key: '/nodes/a', changeType: 'deleted', expired: true }),
        expect.objectContaining({ key: '/nodes/b', changeType: 'deleted', version: 2 }),
      ]),
    ]);
    expect(await live.ask('unwatch', { pattern: '/nodes/*' })).toMatchObject({ ok: true });
    await door.put('/api/kv/nodes/c', { value: 1 });
    await live.ask('ping', {}).catch(() => undefined);
    await live.ask('watch', { pattern: '/z' });
    expect(live.events()).toHaveLength(4);
  });

  it('resumes at any gateway from a revision or a cursor, without a miss or a repetition', async () => {
    let live = await connect(0);
    await live.ask('watch', { pattern: '*' });
    const seen: Record<string, unknown>[] = [];
    const written = 40;
    const writing = (async () => {
      for (let n = 0; n < written / 2; n++) {
        const transaction = [{ set: { key: '/a', value: n } }, { set: { key: '/b', value: n } }];
        await stack.client(apis[n % 2] as ServiceProcess, user).post('/api/kv', { transaction });
      }
    })();
    for (let gateway = 1; seen.length < written; gateway++) {
      await until(live, 1);
      live.close();
      seen.push(...live.events());
      const last = seen.at(-1);
      if (seen.length >= written) break;
      const next = await connect(gateway % 2);
      await next.ask('watch', { pattern: '*', since: last?.['cursor'] });
      live = next;
    }
    await writing;
    const expected = Array.from({ length: written / 2 }, (_none, n) => [
      `/a ${n + 1} ${n + 1}`,
      `/b ${n + 1} ${n + 1}`,
    ]).flat();
    expect(seen.map(({ key, version, revision }) => `${key} ${version} ${revision}`)).toEqual(expected);
    const resumed = await connect(0);
    await resumed.ask('watch', { pattern: '/b', since: written / 2 - 1 });
    await until(resumed, 1);
    expect(short(resumed.events())).toEqual([`updated /b ${written / 2}`]);
  });

  it('shows nothing that the token does not reach, and no secret', async () => {
    const live = await connect(0, { paths: ['/open/*', 'ws/*'] });
    await live.ask('watch', { pattern: '*' });
    await door.put('/api/kv/hidden', { value: 1 });
    await door.put('/api/kv/open/secret', { value: 'a secret', sensitive: true });
    await door.patch(
      '/api/kv/open/secret',
      { another: 'secret' },
      { 'content-type': 'application/merge-patch+json' },
    );
    await door.put('/api/kv/open/last', { value: 1 });
    await until(live, 3);
    expect(short(live.events())).toEqual([
      'created /open/secret 1',
      'updated /open/secret 2',
      'created /open/last 1',
    ]);
    expect(live.events()[0]).toMatchObject({ sensitive: true });
    expect(JSON.stringify(live.events().slice(0, 2))).not.toMatch(/"value"|a secret/);
  });

  it('ends with the scope, and shows what a fresh token reaches', async () => {
    const live = await connect(0);
    await live.ask('watch', { pattern: '*' });
    await live.ask('auth', { token: testToken(user, { paths: ['/b'] }) });
    await door.put('/api/kv/a', { value: 1 });
    await door.put('/api/kv/b', { value: 1 });
    await until(live, 1);
    expect(short(live.events())).toEqual(['created /b 1']);
    await live.ask('auth', { token: testToken(user, { scope: 'state:write' }) });
    await eventually(() => live.errors().length > 0, 'the error');
    expect(live.errors()).toMatchObject([{ code: 'forbidden', pattern: '*' }]);
    expect(await live.ask('watch', { pattern: '*' })).toMatchObject({ code: 'forbidden' });
  });

  it('is refused for what is no pattern, no place, or no longer kept', async () => {
    const live = await connect(0);
    for (let n = 0; n < 150; n++) await door.put('/api/kv/a', { value: n });
    expect(await live.ask('watch', { pattern: '/a*' })).toMatchObject({ code: 'invalid_key' });
    const wrongIn = (pointer: string) => ({ code: 'validation_failed', pointers: [pointer] });
    const refusalOf = async (message: object) => {
      const { code, errors } = (await live.ask('watch', message)) as {
        code: string;
        errors: { pointer: string }[];
      };
      return { code, pointers: [...new Set(errors.map((error) => error.pointer))] };
    };
    for (const since of ['x', -1, true, 1_000]) {
      expect(await refusalOf({ pattern: '/a', since })).toEqual(wrongIn('/since'));
    }
    expect(await refusalOf({})).toEqual(wrongIn('/pattern'));
    const compacted = await eventually(async () => {
      const refused = await live.ask('watch', { pattern: '/a', since: 1 });
      return refused['code'] === 'compacted' && refused;
    }, 'the refusal');
    const oldest = (compacted as Record<string, unknown>)['oldestRevision'] as number;
    expect(oldest).toBeGreaterThan(1);
    await live.ask('watch', { pattern: '/a', since: oldest - 1 });
    await until(live, 150 - oldest + 1);
    expect(live.events()[0]).toMatchObject({ revision: oldest });
  });

  it('tells a quiet client how far it is', async () => {
    const client = await WebSocketClient.connect(gateways[0] as ServiceProcess, user);
    clients.push(client);
    await client.ask({ type: 'watch', pattern: '/quiet' });
    await door.put('/api/kv/other', { value: 1 });
    const bookmark = await client.until('the bookmark', ({ type }) => type === 'key_bookmark');
    expect(bookmark).toEqual({ type: 'key_bookmark', pattern: '/quiet', revision: 1 });
  });
});

it('a client that reads nothing holds up nobody, costs no memory, and misses nothing afterwards', async () => {
  const slow = await WebSocketClient.connect(gateways[0] as ServiceProcess, user);
  const quick = await webSocket(0);
  clients.push(slow);
  for (const watcher of ['slow', 'quick']) {
    if (watcher === 'slow') await slow.ask({ type: 'watch', pattern: '*' });
    else await quick.ask('watch', { pattern: '*' });
  }
  slow.socket.pause();
  const value = 'x'.repeat(300_000);
  const count = 40;
  for (let n = 0; n < count; n++) await door.put('/api/kv/large', { value: `${n} ${value}` });
  await eventually(() => quick.events().length === count, 'all events at the quick one');
  slow.socket.resume();
  const events = () => slow.received.filter(({ type }) => type === 'key_event');
  // The numbers that came say more than that some did not.
  await eventually(() => events().length === count, 'all events at the slow one').catch(() => undefined);
  const seen = events().map(({ revision }) => revision);
  expect([slow.closed, seen]).toEqual([undefined, Array.from({ length: count }, (_, n) => n + 1)]);
});
