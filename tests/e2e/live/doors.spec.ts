import { randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, testSecret, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { sign } from 'jsonwebtoken';
import { io } from 'socket.io-client';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
const clients: LiveClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ CORS_ORIGINS: '["https://app.example"]' });
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

async function connect(subject = `user-${randomUUID()}`, claims?: Record<string, unknown>) {
  const client = await LiveClient.connect(gateway, subject, claims);
  clients.push(client);
  return client;
}

/** Opens a connection that is expected to be refused. */
async function refusal(options: Parameters<typeof LiveClient.open>[1]) {
  const client = LiveClient.open(gateway, options);
  clients.push(client);
  return new Promise<Error & { data?: object }>((resolve, reject) => {
    client.socket.once('connect_error', resolve);
    client.socket.once('connect', () => reject(new Error('was let in')));
  });
}

/** What the official client does not let through is written past it. */
interface RawManager {
  readonly engine: { write(packet: string): void };
}

const place = { workspaceId: 'ws', panelId: 'panel' };
const path = '/api/state/ws/panel';

describe('a connection', () => {
  it.each<[string, Parameters<typeof LiveClient.open>[1]]>([
    ['no token', {}],
    ['nonsense for a token', { auth: { token: 'nonsense' } }],
    ['a token that is no text', { auth: { token: { sub: 'u' } } }],
    ['a wrong signature', { auth: { token: sign({ sub: 'u' }, 'another-key-of-more-than-32-bytes!') } }],
    ['an expired token', { auth: { token: sign({ sub: 'u', exp: 1 }, testSecret) } }],
  ])('with %s is refused with the problem', async (_, options) => {
    const error = await refusal(options);
    expect(error.data).toMatchObject({ error: 'unauthorized', status: 401, message: error.message });
  });

  it.each<[string, (token: string) => Parameters<typeof LiveClient.open>[1]]>([
    ['the handshake', (token) => ({ auth: { token } })],
    ['the handshake, as a bearer token', (token) => ({ auth: { token: `Bearer ${token}` } })],
    ['a header', (token) => ({ extraHeaders: { authorization: `Bearer ${token}` } })],
    ['the handshake, over long polling', (token) => ({ auth: { token }, transports: ['polling'] })],
  ])('with a good token in %s is let in', async (_, options) => {
    const client = LiveClient.open(gateway, options(testToken('u')));
    clients.push(client);
    await eventually(() => client.socket.connected, 'the connection');
  });

  it.each(['/', '/elsewhere'])('to the namespace %s, which is not served, is refused', async (namespace) => {
    const socket = io(gateway.url + namespace, { auth: { token: testToken('u') }, forceNew: true });
    try {
      const outcome = new Promise<unknown>((resolve) => {
        socket.once('connect', () => resolve('connected'));
        socket.once('connect_error', ({ message }) => resolve(message));
      });
      expect(await outcome).toBe('Invalid namespace');
    } finally {
      socket.disconnect();
    }
  });

  it('may come from the origins of the configuration, and from no others', async () => {
    const asked = (origin: string) =>
      fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    const [allowed, other] = [await asked('https://app.example'), await asked('https://elsewhere.example')];
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(other.status).toBe(403);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['an origin of the configuration', () => 'https://app.example', true],
    ['the gateway itself', () => gateway.url, true],
    ['another origin', () => 'https://elsewhere.example', false],
    ['nowhere that can be said', () => 'null', false],
  ])('that is a WebSocket at once may come from %s, or not', async (_, origin, welcome) => {
    const client = LiveClient.open(gateway, {
      ...{ auth: { token: testToken('u') }, transports: ['websocket'], reconnection: false },
      extraHeaders: { origin: origin() },
    });
    clients.push(client);
    const outcome = new Promise<boolean>((resolve) => {
      client.socket.once('connect', () => resolve(true));
      client.socket.once('connect_error', () => resolve(false));
    });
    expect(await outcome).toBe(welcome);
  });

  it('is served beside the health of the process', async () => {
    expect(await (await fetch(`${gateway.url}/health`)).json()).toMatchObject({
      ...{ status: 'healthy', redis: 'connected', database: 'connected' },
    });
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/nowhere`)).status).toBe(404);
  });
});

describe('a subscription', () => {
  it.each([
    ['a panel that was never created', place, {}, 'not_found'],
    ['a panel that was never created, from a version', { ...place, version: 3 }, {}, 'not_found'],
    ['an id that breaks the rule', { ...place, panelId: 'a/b' }, {}, 'invalid_id'],
    ['a workspace id that breaks the rule', { ...place, workspaceId: '..' }, {}, 'invalid_id'],
    ['a reserved word', { ...place, panelId: 'changes' }, {}, 'invalid_id'],
    ['another owner who does not share it', { ...place, owner: 'somebody' }, {}, 'not_found'],
    ['anything, without the scope', place, { scope: 'state:write' }, 'forbidden'],
  ])('to %s is refused', async (_, request, claims, error) => {
    const client = await connect(undefined, claims);
    const answer = await client.ask('subscribe', request);
    expect(answer).toMatchObject({ ok: false, error: { error, message: expect.any(String) } });
  });

  it("to another user's panel finds nothing, nor does one to their workspace", async () => {
    const [owner, stranger] = [`user-${randomUUID()}`, `user-${randomUUID()}`];
    const door = stack.client(api, owner);
    await door.post(path, { initialState: { secret: true } });
    const client = await connect(stranger);
    expect(await client.ask('subscribe', place)).toMatchObject({ ok: false, error: { error: 'not_found' } });
    const whole = { workspaceId: 'ws', panelId: '*' };
    expect(await client.ask('subscribe', { ...whole, owner })).toMatchObject({
      error: { error: 'not_found' },
    });
    expect(await client.ask('subscribe', whole)).toMatchObject({ ok: true });

    // The stranger's own panel of the same name comes after the owner's change, which would have come first.
    await door.put(path, { state: { secret: 2 }, version: 1 });
    await stack.client(api, stranger).post(path, { initialState: { mine: true } });
    await client.reaches('panel', 1);
    expect(client.received.map(({ payload }) => payload.state)).toEqual([{ mine: true }]);
  });
});

describe('a malformed event', () => {
  it.each<[string, string, unknown[], string]>([
    ['nothing', 'subscribe', [], 'bad_message'],
    ['null', 'subscribe', [null], 'bad_message'],
    ['a text', 'subscribe', ['{"workspaceId":"ws","panelId":"panel"}'], 'bad_message'],
    ['a list', 'subscribe', [[place]], 'bad_message'],
    ['two objects', 'subscribe', [place, place], 'bad_message'],
    ['bytes', 'subscribe', [Buffer.from('bytes')], 'bad_message'],
    [
      'far too many fields',
      'subscribe',
      [Object.fromEntries([...Array(50).keys()].entries())],
      'bad_message',
    ],
    [
      'bytes in a patch',
      'patch',
      [{ ...place, version: 1, patches: [{ op: 'add', path: '/a', value: Buffer.from('a') }] }],
      'bad_message',
    ],
    ['an unknown event', 'constructor', [place], 'bad_message'],
    ['no panel', 'subscribe', [{ workspaceId: 'ws' }], 'validation_failed'],
    ['an unknown field', 'subscribe', [{ ...place, versoin: 1 }], 'validation_failed'],
    ['a version that is a text', 'subscribe', [{ ...place, version: '1' }], 'validation_failed'],
    ['a version below zero', 'subscribe', [{ ...place, version: -1 }], 'validation_failed'],
    ['a version that is none', 'subscribe', [{ ...place, version: 1.5 }], 'validation_failed'],
    ['an id that is no text', 'unsubscribe', [{ ...place, panelId: 7 }], 'validation_failed'],
  ])('with %s is answered, and the connection stays', async (_, event, args, error) => {
    const subject = `user-${randomUUID()}`;
    const client = await connect(subject);
    expect(await client.ask(event, ...args)).toMatchObject({ ok: false, error: { error } });
    client.socket.emit(event, ...args);
    const told = await eventually(
      () => client.received.find(({ name }) => name === 'error'),
      'an error event',
    );
    expect(told.payload).toMatchObject({ code: error, message: expect.any(String) });

    await stack.client(api, subject).post(path, { initialState: {} });
    expect(await client.ask('subscribe', place)).toMatchObject({ ok: true, version: 1 });
  });

  it.each([
    ['an event named as an error', '2/state,["error",{}]'],
    ['nesting without end', `2/state,["subscribe",${'['.repeat(200_000)}${']'.repeat(200_000)}]`],
    ['bytes that never come', '5999999-/state,["subscribe",{"_placeholder":true,"num":0}]'],
    ['no event at all', '2/state,'],
    ['half a packet', '2/state,["subscribe"'],
    ['a packet of no known kind', '9'],
    ['more than a message may hold', `2/state,["subscribe",{"workspaceId":"${'w'.repeat(1_100_000)}"}]`],
  ])('with %s leaves the gateway to the others', async (_, packet) => {
    const [broken, other] = [await connect(), await connect()];
    const gone = new Promise((resolve) => broken.socket.once('disconnect', resolve));
    (broken.socket.io as unknown as RawManager).engine.write(packet);
    // The packet has been read once a later one is answered, or the connection is closed for it.
    await Promise.race([gone, broken.ask('unsubscribe', place)]);
    expect(await other.ask('unsubscribe', place)).toEqual({ ok: true, ...place });
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it('lists every wrong field', async () => {
    const answer = await (await connect()).ask('subscribe', { version: -1, foo: 1 });
    const pointers = answer.error.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(['/foo', '/panelId', '/version', '/workspaceId']);
  });

  it('takes the snake_case spelling of a field', async () => {
    const subject = `user-${randomUUID()}`;
    await stack.client(api, subject).post(path, { initialState: {} });
    const answer = await (await connect(subject)).ask('subscribe', { workspace_id: 'ws', panel_id: 'panel' });
    expect(answer).toMatchObject({ ok: true, ...place });
  });
});

it('ends in good order within ten seconds, with connections open', async () => {
  const leaving = await stack.start('realtime-gateway');
  const subject = `user-${randomUUID()}`;
  await stack.client(api, subject).post(path, { initialState: {} });
  const client = await LiveClient.connect(leaving, subject);
  clients.push(client);
  await client.ask('subscribe', place);
  const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
  const started = Date.now();
  await leaving.stop('SIGTERM');
  // A transport that closes lets the client connect again, elsewhere.
  expect(await gone).toBe('transport close');
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(leaving.output()).toBe('');
});
