import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Problem } from '../http/problem';
import { GatewaySocket } from './gateway-socket';

/** Packets as the protocols of Engine.IO (revision 4) and Socket.IO (revision 5) write them. */
const open = '0{"sid":"a","upgrades":[],"pingInterval":100,"pingTimeout":100,"maxPayload":1000000}';

let server: WebSocketServer;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** A socket, the gateway's end of it, and what it tells. */
async function connected() {
  const told: unknown[] = [];
  const received: string[] = [];
  const socket = new GatewaySocket(url, async () => ({ token: 't' }), {
    onConnected: () => told.push('connected'),
    onEvent: (event, payload) => told.push([event, payload]),
    onClosed: (refusal?: Problem) => told.push(refusal ? ['refused', refusal.error] : 'closed'),
  });
  const [end, request] = (await once(server, 'connection')) as [WebSocket, { url: string }];
  end.on('message', (data: Buffer) => received.push(data.toString()));
  const next = async () => {
    while (received.length === 0) await once(end, 'message');
    return received.shift();
  };
  end.send(open);
  return { socket, end, request, told, next };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('connects to its namespace with what it is known by, and answers pings', async () => {
  const { socket, end, request, told, next } = await connected();
  expect(request.url).toBe('/socket.io/?EIO=4&transport=websocket');
  expect(await next()).toBe('40/state,{"token":"t"}');
  end.send('40/state,{"sid":"b"}');
  end.send('2');
  expect(await next()).toBe('3');
  await until(() => socket.isConnected);
  expect(told).toEqual(['connected']);
  socket.close();
  expect(await next()).toBe('41/state,');
  await once(end, 'close');
  expect(told).toEqual(['connected']);
});

it('passes on events, and gives each message its answer, in whatever order', async () => {
  const { socket, end, told, next } = await connected();
  await next();
  end.send('40/state,{"sid":"b"}');
  await until(() => socket.isConnected);
  const [first, second] = [socket.ask('a', { n: 1 }, 5_000), socket.ask('b', {}, 5_000)];
  expect([await next(), await next()]).toEqual(['42/state,0["a",{"n":1}]', '42/state,1["b",{}]']);
  end.send('43/state,1[{"ok":2}]');
  end.send('42/state,["update",{"text":"1,[\\n"}]');
  end.send('43/state,0[{"ok":1}]');
  expect(await Promise.all([first, second])).toEqual([{ ok: 1 }, { ok: 2 }]);
  expect(told).toEqual(['connected', ['update', { text: '1,[\n' }]]);
  socket.close();
});

it('tells of a refusal, and of nothing after it', async () => {
  const { socket, end, told, next } = await connected();
  await next();
  end.send('44/state,{"message":"no","data":{"error":"unauthorized","message":"no"}}');
  await once(end, 'close');
  expect(told).toEqual([['refused', 'unauthorized']]);
  await expect(socket.ask('a', {}, 1_000)).rejects.toMatchObject({ code: 'network' });
});

it.each<[string, (end: WebSocket) => void]>([
  ['breaks', (end) => end.terminate()],
  ['is ended by the gateway', (end) => end.send('41/state,')],
  ['falls silent', () => undefined],
])('is over when it %s, and what was asked has no answer', async (_, finish) => {
  const { socket, end, told, next } = await connected();
  await next();
  end.send('40/state,{"sid":"b"}');
  await until(() => socket.isConnected);
  const asked = socket.ask('a', {}, 60_000);
  const failed = expect(asked).rejects.toMatchObject({ code: 'network' });
  finish(end);
  await failed;
  expect(told).toEqual(['connected', 'closed']);
  expect(socket.isConnected).toBe(false);
});

it('is over when nobody answers at its address', async () => {
  const told: unknown[] = [];
  new GatewaySocket('http://127.0.0.1:1', async () => ({}), {
    onConnected: () => told.push('connected'),
    onEvent: () => undefined,
    onClosed: () => told.push('closed'),
  });
  await until(() => told.length > 0);
  expect(told).toEqual(['closed']);
});
