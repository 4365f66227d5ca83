import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy } from './tcp-proxy';

/** One end of a connection, and what has happened there. */
class End {
  received = '';
  ended = false;
  broken = false;
  constructor(readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (this.received += text));
    socket.on('end', () => (this.ended = true));
    socket.on('error', () => (this.broken = true));
  }
}

let server: Server;
let proxy: TcpProxy;
let far: End[];
const near: End[] = [];

beforeEach(async () => {
  far = [];
  server = createServer({ allowHalfOpen: true }, (socket) => void far.push(new End(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await TcpProxy.start(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  for (const { socket } of [...near.splice(0), ...far]) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function open(): Promise<[End, End]> {
  const socket = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true });
  const end = new End(socket);
  near.push(end);
  const other = await eventually(() => far[near.length - 1], 'the connection');
  return [end, other];
}

it('passes on what is said, in both directions, and the end of each', async () => {
  const [client, service] = await open();
  client.socket.write('hello');
  await eventually(() => service.received === 'hello', 'the greeting');
  client.socket.end('bye');
  await eventually(() => service.ended, 'the end');
  expect(service.received).toBe('hellobye');
  expect(client.ended).toBe(false);
  service.socket.end('still here');
  await eventually(() => client.ended, 'the other end');
  expect(client.received).toBe('still here');
  await eventually(() => proxy.connections === 0, 'the connection to be gone');
});

it('carries more than fits into any buffer', async () => {
  const [client, service] = await open();
  const text = 'x'.repeat(16 * 1024 * 1024);
  client.socket.end(text);
  await eventually(() => service.ended, 'the end');
  expect(service.received.length).toBe(text.length);
});

it('delays what is said, and keeps its order', async () => {
  const [client, service] = await open();
  proxy.delay(200);
  const began = Date.now();
  client.socket.write('slow');
  await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.delay(0);
  client.socket.write('fast');
  await eventually(() => service.received.length === 8, 'both');
  expect(service.received).toBe('slowfast');
  expect(Date.now() - began).toBeGreaterThanOrEqual(199);
});

it('holds everything back, without an end, until it is healed', async () => {
  const [client, service] = await open();
  proxy.silence();
  client.socket.end('unheard');
  const [late] = await open();
  late.socket.write('unheard, too');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([service.received, service.ended, service.broken]).toEqual(['', false, false]);
  proxy.heal();
  await eventually(() => service.ended, 'the end');
  expect(service.received).toBe('unheard');
  await eventually(() => far[1]?.received === 'unheard, too', 'the other connection');
});

it('strands open connections, and carries new ones', async () => {
  const [client, service] = await open();
  proxy.strand();
  client.socket.write('unheard');
  const [again, answering] = await open();
  again.socket.write('received');
  await eventually(() => answering.received === 'received', 'the new connection');
  expect([service.received, service.ended, service.broken]).toEqual(['', false, false]);
  proxy.heal();
  await eventually(() => service.received === 'unheard', 'the old connection');
});

it('cuts connections with what is under way, and takes new ones', async () => {
  const [client, service] = await open();
  proxy.delay(60_000);
  client.socket.write('lost');
  await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.cut();
  await eventually(() => client.broken && service.broken, 'both ends to break');
  expect(service.received).toBe('');
  proxy.heal();
  const [again, answering] = await open();
  again.socket.write('back');
  await eventually(() => answering.received === 'back', 'the new connection');
});

it('refuses everybody while it is shut', async () => {
  const [client, service] = await open();
  proxy.shut();
  await eventually(() => client.broken && service.broken, 'both ends to break');
  const refused = new End(connect(Number(new URL(proxy.url).port), '127.0.0.1'));
  await eventually(() => refused.broken || refused.ended, 'the refusal');
  expect(far).toHaveLength(1);
  proxy.heal();
  const [again, answering] = await open();
  again.socket.write('back');
  await eventually(() => answering.received === 'back', 'the new connection');
});

it('breaks the client where the server breaks', async () => {
  const [client, service] = await open();
  service.socket.resetAndDestroy();
  await eventually(() => client.broken, 'the break');
  await eventually(() => proxy.connections === 0, 'the connection to be gone');
});

it('distinguishes a server that cannot be reached from one that is silent', async () => {
  const nowhere = await TcpProxy.start('redis://127.0.0.1:1/3');
  expect(nowhere.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\/3$/);
  const end = new End(connect(Number(new URL(nowhere.url).port), '127.0.0.1'));
  await eventually(() => end.broken || end.ended, 'the break');
  await nowhere.close();
});
