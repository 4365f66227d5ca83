import { randomBytes, randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, rawToken, testToken } from '@nexus-state/test-kit';
import WebSocket from 'ws';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient, refusedUpgrade } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
const subject = `user-${randomUUID()}`;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  gateway = await stack.start('realtime-gateway');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

function kept<T extends { close(): void }>(client: T): T {
  clients.push(client);
  return client;
}

type Verdict = 'accepted' | 'unauthorized' | string;

/** What each door says to a token: HTTP, the handshake of live connections, and `auth` on those that are open. */
const doors: Readonly<Record<string, (token: string) => Promise<Verdict>>> = {
  HTTP: async (token) => {
    const answer = await fetch(`${api.url}/api/workspaces`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = (await answer.json()) as { error?: string };
    return body.error ?? 'accepted';
  },
  'the handshake of Socket.IO': async (token) => {
    const { socket } = kept(LiveClient.open(gateway, { auth: { token }, reconnection: false }));
    return new Promise((resolve) => {
      socket.once('connect', () => resolve('accepted'));
      socket.once('connect_error', (error: Error & { data?: { error: string } }) =>
        resolve(error.data?.error ?? error.message),
      );
    });
  },
  'the handshake of a plain WebSocket': async (token) => {
    const path = `/ws/state/ws?token=${token}`;
    const { socket } = kept(WebSocketClient.open(gateway, path));
    const opened = await new Promise((resolve) => {
      socket.once('open', () => resolve(true));
      socket.once('unexpected-response', () => resolve(false));
    });
    return opened ? 'accepted' : (await refusedUpgrade(gateway, path)).problem.error;
  },
  'auth over Socket.IO': async (token) => {
    const answer = await kept(await LiveClient.connect(gateway, subject)).ask('auth', { token });
    return answer.ok ? 'accepted' : answer.error.error;
  },
  'auth over a plain WebSocket': async (token) => {
    const answer = await kept(await WebSocketClient.connect(gateway, subject)).ask({ type: 'auth', token });
    return answer.type === 'ack' ? 'accepted' : answer.code;
  },
};

const now = () => Date.now() / 1000;
const json = (rest: string) => `{"sub":"${subject}",${rest}}`;

it.each<[string, Verdict, () => string]>([
  ['an end in the far future', 'accepted', () => rawToken({ sub: subject, exp: 1e15 })],
  ['an end beyond all dates', 'accepted', () => rawToken({ sub: subject, exp: Number.MAX_VALUE })],
  ['an end after the year 9999', 'accepted', () => rawToken({ sub: subject, exp: 253_402_300_800 })],
  [
    'an end in a month, which no timer waits for',
    'accepted',
    () => rawToken({ sub: subject, exp: now() + 2_592_000 }),
  ],
  ['an end that is a fraction', 'accepted', () => rawToken({ sub: subject, exp: now() + 600.5 })],
  ['no end', 'accepted', () => rawToken({ sub: subject })],
  ['a negative start', 'accepted', () => rawToken({ sub: subject, nbf: -1e15 })],
  ['a negative end', 'unauthorized', () => rawToken({ sub: subject, exp: -1 })],
  ['an end at zero', 'unauthorized', () => rawToken({ sub: subject, exp: 0 })],
  [
    'an end in the second that is running',
    'unauthorized',
    () => rawToken({ sub: subject, exp: now() - 0.001 }),
  ],
  ['an end that is infinite', 'unauthorized', () => rawToken(json('"exp":1e400'))],
  ['an end that is text', 'unauthorized', () => rawToken(json('"exp":"1e15"'))],
  ['an end that is null', 'unauthorized', () => rawToken(json('"exp":null'))],
  ['a start that is text', 'unauthorized', () => rawToken(json('"nbf":"0"'))],
  ['a start in the far future', 'unauthorized', () => rawToken({ sub: subject, nbf: 1e15 })],
  ['an issue that is a list', 'unauthorized', () => rawToken(json('"iat":[0]'))],
  ['an issue that is null', 'unauthorized', () => rawToken(json('"iat":null'))],
  ['an extension', 'unauthorized', () => rawToken({ sub: subject }, { crit: ['b64'], b64: true })],
  ['another type', 'unauthorized', () => rawToken({ sub: subject }, { typ: 'dpop+jwt' })],
  [
    'a subject of 2,800 characters',
    'unauthorized',
    () => testToken(randomBytes(2_100).toString('base64url')),
  ],
])('%s is %s at every door', async (_, verdict, token) => {
  for (const [door, ask] of Object.entries(doors))
    expect([door, await ask(token())]).toEqual([door, verdict]);
});

it('auth answers with the end of the token, and the connection stays open', async () => {
  for (const [exp, expiresAt] of [
    [1e15, '9999-12-31T23:59:59.999Z'],
    [253_402_300_799, '9999-12-31T23:59:59.000Z'],
    [4_000_000_000.5, '2096-10-02T07:06:40.500Z'],
  ] as const) {
    const token = rawToken({ sub: subject, exp });
    const live = kept(await LiveClient.connect(gateway, subject));
    expect(await live.ask('auth', { token })).toEqual({ ok: true, expiresAt });
    const plain = kept(await WebSocketClient.connect(gateway, subject));
    expect(await plain.ask({ type: 'auth', token })).toMatchObject({ type: 'ack', expiresAt });
    // A timer that overflowed would have fired at once.
    expect(await live.ask('ping')).toMatchObject({ ok: true });
    expect(await plain.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    expect([live.socket.connected, plain.socket.readyState]).toEqual([true, WebSocket.OPEN]);
  }
});

it('an owner that no user can be is refused at every door, and so is one that is given twice', async () => {
  const live = kept(await LiveClient.connect(gateway, subject));
  const plain = kept(await WebSocketClient.connect(gateway, subject));
  for (const owner of ['x'.repeat(256), 'ë'.repeat(128), randomBytes(2_250).toString('base64url'), '']) {
    for (const [name, fields] of [
      ['subscribe', { panelId: 'panel' }],
      ['patch', { panelId: 'panel', version: 1, patches: [] }],
    ] as const) {
      const answer = await live.ask(name, { workspaceId: 'ws', owner, ...fields });
      expect([name, answer.error?.error]).toEqual([name, 'invalid_id']);
    }
    const path = `/ws/state/ws?token=${testToken(subject)}&owner=${encodeURIComponent(owner)}`;
    expect((await refusedUpgrade(gateway, path)).problem.error).toBe('invalid_id');
  }
  const twice = `/ws/state/ws?token=${testToken(subject)}&owner=${subject}&owner=${subject}`;
  expect((await refusedUpgrade(gateway, twice)).problem).toMatchObject({
    status: 400,
    error: 'validation_failed',
  });
  expect(await plain.ask({ type: 'subscribe', panelId: 'panel', owner: 'x'.repeat(300) })).toMatchObject({
    code: 'bad_message',
  });
  expect(gateway.output()).toBe('');
});
