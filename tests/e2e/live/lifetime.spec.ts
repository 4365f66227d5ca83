import { randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ REALTIME_SUBSCRIPTIONS: '3', REALTIME_MESSAGES_PER_SECOND: '20' });
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

const someUser = () => `user-${randomUUID()}`;
const path = '/api/state/ws/panel';
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** One live connection, of any transport. */
interface Live {
  close(): void;
  /** Sends a message and gives its answer, or `{ code, … }` of the refusal. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  ask(name: string, fields: object): Promise<any>;
  /** The `error` events. */
  errors(): { readonly code: string; readonly panelId?: string }[];
  versions(): number[];
  ended(): unknown;
}

type Open = (subject: string, claims?: Record<string, unknown>, at?: ServiceProcess) => Promise<Live>;

const throughSocketIo: Open = async (subject, claims = {}, at = gateway) => {
  const client = await LiveClient.connect(at, subject, claims);
  let ended: string | undefined;
  client.socket.on('disconnect', (reason) => (ended = reason));
  return {
    close: () => client.close(),
    ask: async (name, fields) => {
      const about = name === 'auth' ? {} : { workspaceId: 'ws' };
      const answer = await client.ask(name, { ...about, ...fields });
      return answer.ok ? answer : { ...answer.error, code: answer.error.error };
    },
    errors: () => client.received.filter(({ name }) => name === 'error').map(({ payload }) => payload),
    versions: () => client.versions('panel').filter((version) => version !== undefined),
    ended: () => ended,
  };
};

const throughWebSocket: Open = async (subject, claims = {}, at = gateway) => {
  const client = await WebSocketClient.connect(at, subject, claims);
  const versions = () => client.of('panel').map(({ version }) => version);
  return {
    close: () => client.close(),
    ask: (type, fields) => client.ask({ type, ...fields }),
    errors: () => client.received.filter(({ type, id }) => type === 'error' && id === undefined),
    versions: () => versions().filter((version) => version !== undefined),
    ended: () => client.closed,
  };
};

describe.each([
  ['Socket.IO', throughSocketIo],
  ['a plain WebSocket', throughWebSocket],
])('a connection over %s', (_door, open) => {
  const connect: Open = async (...args) => {
    const live = await open(...args);
    clients.push(live);
    return live;
  };

  it('ends with its token, within a second', async () => {
    const exp = inSeconds(4);
    const live = await connect(someUser(), { exp });
    await eventually(() => live.ended(), 'the end');
    const late = Date.now() - exp * 1000;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_000);
    expect(live.errors()).toMatchObject([{ code: 'token_expired' }]);
  });

  it('goes on with a fresh token', async () => {
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { count: 1 } });
    const first = inSeconds(5);
    const live = await connect(subject, { exp: first });
    await live.ask('subscribe', { panelId: 'panel' });
    const exp = inSeconds(600);
    const answer = await live.ask('auth', { token: testToken(subject, { exp }) });
    expect(answer).toMatchObject({ expiresAt: new Date(exp * 1000).toISOString() });
    await eventually(() => Date.now() > (first + 1) * 1000, 'the first token to end');
    expect(live.ended()).toBeUndefined();
    await stack.client(api, subject).put(path, { state: { count: 2 }, version: 1 });
    await eventually(() => live.versions().at(-1) === 2, 'the change');
    expect(live.versions()).toEqual([1, 2]);
  });

  it('does not go on with a bad token, or with that of another user', async () => {
    const live = await connect(someUser());
    expect(await live.ask('auth', { token: 'nonsense' })).toMatchObject({ code: 'unauthorized' });
    const theirs = testToken(someUser());
    expect(await live.ask('auth', { token: theirs })).toMatchObject({ code: 'validation_failed' });
    expect(live.ended()).toBeUndefined();
  });

  it('follows no more what a fresh token does not reach', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: {} });
    await door.post('/api/state/ws/other', { initialState: {} });
    const live = await connect(subject);
    await live.ask('subscribe', { panelId: 'panel' });
    await live.ask('subscribe', { panelId: 'other' });
    await live.ask('auth', { token: testToken(subject, { paths: ['ws/other'] }) });
    expect(live.errors()).toMatchObject([{ code: 'not_found', panelId: 'panel' }]);
    await door.put(path, { state: { secret: true }, version: 1 });
    await live.ask('unsubscribe', { panelId: 'other' });
    expect(live.versions()).toEqual([1]);
  });

  it('follows a shared workspace until the membership is revoked, and not a second longer', async () => {
    const [owner, friend] = [someUser(), someUser()];
    const door = stack.client(api, owner);
    await door.post(path, { initialState: {} });
    const member = `/api/workspaces/ws/members/${friend}`;
    await door.put(member, { role: 'viewer' });
    const live = await connect(friend);
    await live.ask('subscribe', { panelId: 'panel' });
    await live.ask('subscribe', { panelId: '*' });
    await door.delete(member);
    const revoked = Date.now();
    await eventually(() => live.errors().length === 2, 'the end of both');
    expect(Date.now() - revoked).toBeLessThan(1_000);
    const told = live.errors().map(({ code, panelId }) => `${code} ${panelId}`);
    expect(told.sort()).toEqual(['not_found *', 'not_found panel']);
    await door.put(path, { state: { secret: true }, version: 1 });
    expect(await live.ask('subscribe', { panelId: 'panel' })).toMatchObject({ code: 'not_found' });
    expect(new Set(live.versions())).toEqual(new Set([1]));
    expect(live.ended()).toBeUndefined();
  });

  it('has so many subscriptions at most', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    for (const name of ['a', 'b', 'c', 'd']) await door.post(`/api/state/ws/${name}`, { initialState: {} });
    const live = await connect(subject);
    for (const panelId of ['a', 'b', 'c', 'a']) await live.ask('subscribe', { panelId });
    expect(await live.ask('subscribe', { panelId: 'd' })).toMatchObject({
      ...{ code: 'too_many_subscriptions', most: 3 },
    });
    await live.ask('unsubscribe', { panelId: 'a' });
    expect(await live.ask('subscribe', { panelId: 'd' })).toMatchObject({ panelId: 'd', version: 1 });
  });

  it('that sends too much is asked to wait, and ended when it does not', async () => {
    const live = await connect(someUser());
    const flood = (messages: number) =>
      Array.from({ length: messages }, () => live.ask('unsubscribe', { panelId: 'p' }));
    const answers = await Promise.all(flood(300));
    const refused = answers.filter(({ code }) => code !== undefined);
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    expect(live.ended()).toBeUndefined();
    for (const answer of flood(1_000)) void answer.catch(() => undefined);
    await eventually(() => live.ended(), 'the end');
  });

  it('is sent elsewhere when the gateway stops, once its patches are acknowledged', async () => {
    const leaving = await stack.start('realtime-gateway');
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { count: 0 } });
    const live = await connect(subject, {}, leaving);
    const patches = [{ op: 'inc', path: '/count', value: 1 }];
    const answers = Array.from({ length: 20 }, () =>
      live.ask('patch', { panelId: 'panel', patches, version: 1 }),
    );
    // What is answered after them was received after them.
    await live.ask('unsubscribe', { panelId: 'panel' });
    const stopped = leaving.stop('SIGTERM');
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ version: expect.any(Number) });
    }
    await eventually(() => live.ended(), 'the end');
    expect(live.errors()).toMatchObject([{ code: 'server_draining' }]);
    await stopped;
    expect(leaving.output()).toBe('');
  });
});

it('a message over the limit ends a plain WebSocket with status 1009', async () => {
  const client = await WebSocketClient.connect(gateway, someUser());
  client.socket.send('x'.repeat(1024 * 1024 + 1));
  await eventually(() => client.closed, 'the end');
  expect(client.closed?.status).toBe(1009);
});

it('a plain WebSocket whose other side is silent is ended', async () => {
  const impatient = await stack.start('realtime-gateway', { REALTIME_PING_INTERVAL: '1s' });
  const client = await WebSocketClient.connect(impatient, someUser());
  const silent = await WebSocketClient.connect(impatient, someUser());
  clients.push(client, silent);
  (silent.socket as unknown as { pong: () => void }).pong = () => undefined;
  await eventually(() => silent.closed, 'the end of the silent one');
  expect(client.closed).toBeUndefined();
});
