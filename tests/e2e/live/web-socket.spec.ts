import { randomUUID } from 'node:crypto';
import { connect as netConnect } from 'node:net';
import { type ServiceProcess, TestStack, testSecret, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { sign } from 'jsonwebtoken';
import WebSocket from 'ws';
import { WebSocketClient, refusedUpgrade } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
const clients: WebSocketClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ CORS_ORIGINS: '["https://app.example"]' });
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

const someUser = () => `user-${randomUUID()}`;

async function connect(subject = someUser()) {
  const client = await WebSocketClient.connect(gateway, subject);
  clients.push(client);
  return client;
}

const path = '/api/state/ws/panel';

describe('the request for a plain WebSocket', () => {
  it.each<[string, string, Record<string, string>]>([
    ['no token', '', {}],
    ['nonsense for a token', '?token=nonsense', {}],
    ['an expired token', `?token=${sign({ sub: 'u', exp: 1 }, testSecret)}`, {}],
    ['a wrong signature', '', { authorization: `Bearer ${sign({ sub: 'u' }, 'k'.repeat(40))}` }],
  ])('with %s is refused with 401', async (_, query, headers) => {
    const refusal = await refusedUpgrade(gateway, `/ws/state/ws${query}`, headers);
    expect(refusal).toMatchObject({ status: 401, problem: { error: 'unauthorized', status: 401 } });
    expect(refusal.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': expect.stringContaining('Bearer'),
    });
  });

  it.each([
    ['/ws', 404, 'not_found'],
    ['/ws/state/a/b', 404, 'not_found'],
    ['/elsewhere', 404, 'not_found'],
    ['/ws/state/a%20b', 400, 'invalid_id'],
    ['/ws/state/%E0%A4%A', 400, 'invalid_id'],
    ['/ws/state/ws?owner=somebody', 404, 'not_found'],
  ])('to %s is refused with %i', async (where, status, error) => {
    const authorization = `Bearer ${testToken(someUser())}`;
    const refusal = await refusedUpgrade(gateway, where, { authorization });
    expect(refusal).toMatchObject({ status, problem: { error, status } });
  });

  it('may come from pages of the configured origins and of the gateway, and from no others', async () => {
    const where = `/ws/state/ws?token=${testToken(someUser())}`;
    for (const origin of ['https://app.example', gateway.url]) {
      const client = WebSocketClient.open(gateway, where, { origin });
      clients.push(client);
      await eventually(() => client.socket.readyState === WebSocket.OPEN, `a connection from ${origin}`);
    }
    for (const origin of ['https://elsewhere.example', 'https://app.example:444', 'null']) {
      const refusal = await refusedUpgrade(gateway, where, { origin });
      expect(refusal).toMatchObject({ status: 403, problem: { error: 'forbidden' } });
    }
  });

  it('leaves nothing behind when it is refused, and does not end the gateway when it is cut off', async () => {
    const { hostname, port } = new URL(gateway.url);
    const request = (where: string) =>
      `GET ${where} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`;
    for (const where of ['/ws/state/ws', '/socket.io', '/socket.iox', '/elsewhere']) {
      const refused = netConnect({ host: hostname, port: Number(port), allowHalfOpen: true });
      let closed = false;
      refused.on('close', () => (closed = true)).on('error', () => undefined);
      refused.resume().write(request(where));
      // This side stays open, as far as it goes: writing fails once the gateway's is gone.
      await eventually(() => {
        if (refused.readableEnded) refused.write('x');
        return closed;
      }, `the end of ${where}`);
    }
    const cut = netConnect({ host: hostname, port: Number(port) });
    cut.on('error', () => undefined);
    cut.write(request('/socket.iox'), () => cut.resetAndDestroy());
    await connect();
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it('to a workspace that the token does not reach is refused with 404', async () => {
    const authorization = `Bearer ${testToken(someUser(), { paths: ['other/*'] })}`;
    expect((await refusedUpgrade(gateway, '/ws/state/ws', { authorization })).status).toBe(404);
  });

  it('with a good token is let in, in the address or in a header', async () => {
    await connect();
    const authorization = `Bearer ${testToken(someUser())}`;
    const inHeader = WebSocketClient.open(gateway, '/ws/state/ws', { authorization });
    clients.push(inHeader);
    await eventually(() => inHeader.socket.readyState === WebSocket.OPEN, 'the connection');
  });
});

describe('messages over a plain WebSocket', () => {
  it('bring the state of a panel, then each change as a patch', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1 } });
    const client = await connect(subject);
    client.send({ type: 'subscribe', panelId: 'panel' });
    const sync = await client.until('the state', ({ type }) => type === 'state_sync');
    expect(sync).toMatchObject({
      ...{ type: 'state_sync', panelId: 'panel', state: { count: 1 }, version: 1 },
      timestamp: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    });
    await door.put(path, { state: { count: 2 }, version: 1, triggeredBy: 'ai', triggerSource: 'tool' });
    const update = await client.until('the change', ({ type }) => type === 'state_update');
    expect(update).toMatchObject({
      ...{ type: 'state_update', panelId: 'panel', version: 2, triggeredBy: 'ai', triggerSource: 'tool' },
      ...{ actor: subject, patch: [{ op: 'replace', path: '/count', value: 2 }] },
      timestamp: expect.any(String),
    });
    await door.delete(path);
    const deleted = await client.until('the end', ({ type }) => type === 'panel_deleted');
    expect(deleted).toMatchObject({ panelId: 'panel', version: 3, timestamp: expect.any(String) });
  });

  it('bring the missed updates to who says which version they saw last', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1 } });
    for (let version = 1; version < 5; version++) {
      await door.put(path, { state: { count: version + 1 }, version });
    }
    const client = await connect(subject);
    client.send({ type: 'subscribe', panelId: 'panel', version: 2 });
    await client.until('the newest', ({ version }) => version === 5);
    expect(client.of('panel').map(({ type, version }) => [type, version])).toEqual([
      ['state_update', 3],
      ['state_update', 4],
      ['state_update', 5],
    ]);
  });

  it('bring a whole workspace, its new panels too, until it is unsubscribed', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post('/api/state/ws/a', { initialState: { of: 'a' } });
    const client = await connect(subject);
    const whole = { panelId: '*' };
    expect(await client.ask({ type: 'subscribe', ...whole })).toMatchObject({ type: 'ack', ...whole });
    await client.until('panel a', ({ panelId, type }) => panelId === 'a' && type === 'state_sync');
    await door.post('/api/state/ws/b', { initialState: { of: 'b' } });
    const created = await client.until('panel b', ({ panelId }) => panelId === 'b');
    expect(created).toMatchObject({ type: 'panel_created', state: { of: 'b' }, version: 1 });
    expect(await client.ask({ type: 'unsubscribe', ...whole })).toMatchObject({ type: 'ack', ...whole });
    await door.post('/api/state/ws/c', { initialState: {} });
    expect((await client.ask({ type: 'ping' })).type).toBe('pong');
    expect(client.of('c')).toEqual([]);
  });

  it('answer a ping with a pong', async () => {
    const client = await connect();
    client.send({ type: 'ping' });
    const pong = await client.until('the pong', ({ type }) => type === 'pong');
    expect(pong).toEqual({ type: 'pong', timestamp: expect.stringMatching(/Z$/) });
  });

  it.each<[string, string | Buffer, string]>([
    ['no JSON', '{"type":"subscribe"', 'bad_message'],
    ['a list', '[]', 'bad_message'],
    ['a text', '"subscribe"', 'bad_message'],
    ['null', 'null', 'bad_message'],
    ['no type', '{"panelId":"panel"}', 'bad_message'],
    ['an unknown type', '{"type":"constructor"}', 'bad_message'],
    ['an id that is an object', '{"type":"ping","id":{}}', 'bad_message'],
    ['a workspace of its own', '{"type":"subscribe","panelId":"p","workspaceId":"other"}', 'bad_message'],
    ['bytes', Buffer.from('{"type":"ping"}'), 'bad_message'],
    ['endless nesting', `{"type":"subscribe","panelId":${'['.repeat(90_000)}${']'.repeat(90_000)}}`, ''],
    ['no panel', '{"type":"subscribe"}', 'validation_failed'],
    ['an unknown field', '{"type":"subscribe","panelId":"p","versoin":1}', 'validation_failed'],
    ['an id that breaks the rule', '{"type":"subscribe","panelId":"a/b"}', 'invalid_id'],
    ['a panel that was never created', '{"type":"subscribe","panelId":"none"}', 'not_found'],
  ])('with %s are answered with an error, and the connection stays', async (_, frame, code) => {
    const client = await connect();
    client.socket.send(frame);
    const error = await client.until('the error', ({ type }) => type === 'error');
    expect(error).toMatchObject({ message: expect.any(String), ...(code === '' ? {} : { code }) });
    expect((await client.ask({ type: 'ping' })).type).toBe('pong');
  });

  it('answer a patch that has no id, too', async () => {
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { count: 1 } });
    const client = await connect(subject);
    const patches = [{ op: 'inc', path: '/count', value: 1 }];
    client.send({ type: 'patch', panelId: 'panel', patches, version: 1, workspaceId: 'ws' });
    expect(await client.until('the ack', ({ type }) => type === 'ack')).toEqual({
      ...{ type: 'ack', version: 2, revision: 2, merged: false },
    });
  });

  it('carry the id and the panel of what they refuse', async () => {
    const client = await connect();
    expect(await client.ask({ type: 'subscribe', panelId: 'none' })).toMatchObject({
      ...{ type: 'error', code: 'not_found', panelId: 'none', id: expect.any(String) },
      message: expect.stringContaining('none'),
    });
    client.socket.send(
      '{"type":"patch","id":5,"panelId":"p","version":1,"patches":[{"op":"add","path":"/n","value":9007199254740993}]}',
    );
    const refused = await client.until('the error', ({ type, id }) => type === 'error' && id === 5);
    expect(refused).toMatchObject({
      ...{ code: 'unsupported_value', panelId: 'p', pointer: '/patches/0/value' },
    });
  });

  it('with frames that break the protocol end that connection alone', async () => {
    const [broken, other] = [await connect(), await connect()];
    const raw = (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await eventually(() => broken.closed, 'the end');
    expect((await other.ask({ type: 'ping' })).type).toBe('pong');
  });
});
