import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ApiClient,
  RawSocket,
  type ServiceProcess,
  TestStack,
  expectedSecurityHeaders,
  securityHeadersOf,
} from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';

const headersTimeoutMs = 1_500;
const requestTimeoutMs = 3_000;
/** Over the timeout, for the look that comes now and then, and for a machine that is busy. */
const slackMs = 6_000;

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  stack = await TestStack.create({
    HTTP_HEADERS_TIMEOUT: `${headersTimeoutMs}ms`,
    HTTP_REQUEST_TIMEOUT: `${requestTimeoutMs}ms`,
    HTTP_HEADER_BYTES: '8192',
  });
  api = await stack.start('state-api');
  user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: { n: 0 } });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => stack?.close());

async function open(): Promise<RawSocket> {
  const socket = await RawSocket.open(api.url);
  sockets.push(socket);
  return socket;
}

/** The status, code and security headers of a refusal that was read from a socket. */
function refusal(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(securityHeadersOf(text)).toEqual(expectedSecurityHeaders);
  expect(head).toMatch(/^x-request-id: \S+$/im);
  return { status: Number(head.split(' ')[1]), error: (JSON.parse(body) as { error: string }).error };
}

/** How long something takes, in milliseconds. */
async function timed<T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const began = performance.now();
  return { result: await work, tookMs: performance.now() - began };
}

/** The head of a request that announces a body. */
const headOfPut = (bytes: number) =>
  `PUT /api/state/ws/panel HTTP/1.1\r\nhost: x\r\nauthorization: ${user.authorization['authorization']}\r\n` +
  `content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`;

it.each([
  ['half a head', 'GET /health/live HTTP/1.1\r\nhost: x\r\n'],
  ['nothing', ''],
])('a client that sends %s is cut in time', async (_, text) => {
  const socket = await open();
  socket.write(text);
  const { result, tookMs } = await timed(socket.ended);
  expect(refusal(result)).toEqual({ status: 408, error: 'request_timeout' });
  expect(tookMs).toBeGreaterThan(headersTimeoutMs / 2);
  expect(tookMs).toBeLessThan(headersTimeoutMs + slackMs);
});

it('a head that trickles is cut in time', async () => {
  const socket = await open();
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nx-more: ');
  socket.trickle('a', 100);
  const { result, tookMs } = await timed(socket.ended);
  expect(refusal(result)).toEqual({ status: 408, error: 'request_timeout' });
  expect(tookMs).toBeLessThan(headersTimeoutMs + slackMs);
});

it('a body that trickles is cut in time, and changes nothing', async () => {
  const socket = await open();
  socket.write(headOfPut(10_000));
  socket.trickle('{"state":{"n":1},"version":1}', 100);
  const { result, tookMs } = await timed(socket.ended);
  expect(refusal(result)).toEqual({ status: 408, error: 'request_timeout' });
  expect(tookMs).toBeGreaterThan(headersTimeoutMs);
  expect(tookMs).toBeLessThan(requestTimeoutMs + slackMs);
  expect((await user.get('/api/state/ws/panel')).body).toMatchObject({ version: 1, state: { n: 0 } });
  expect(api.output()).toBe('');
});

it('a head that is too large, has too many fields, or is none, is refused at once', async () => {
  const ask = async (text: string) => {
    const socket = await open();
    socket.write(text);
    return refusal(await socket.ended);
  };
  const get = 'GET /health/live HTTP/1.1\r\nhost: x\r\n';
  const tooLarge = { status: 431, error: 'headers_too_large' };
  expect(await ask(`${get}x-large: ${'a'.repeat(9_000)}\r\n\r\n`)).toEqual(tooLarge);
  expect(await ask(`GET /${'a'.repeat(9_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)).toEqual(tooLarge);
  const many = Array.from({ length: 300 }, (_, n) => `x-${n}: ${n}\r\n`).join('');
  expect(await ask(`${get}${many}\r\n`)).toEqual(tooLarge);
  expect(await ask('Bonjour\r\n\r\n')).toEqual({ status: 400, error: 'malformed_request' });
});

it('two hundred slow clients do not hinder another one, and are gone in time', async () => {
  const slow = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const socket = await open();
      socket.write(n % 2 === 0 ? 'GET /health/live HTTP/1.1\r\nx-slow: ' : headOfPut(1_000));
      socket.trickle('x', 500);
      return socket;
    }),
  );
  for (let round = 0; round < 20; round++) {
    const { result, tookMs } = await timed(user.get('/api/state/ws/panel'));
    expect(result.status).toBe(200);
    expect(tookMs).toBeLessThan(1_000);
  }
  const answers = await Promise.all(slow.map(({ ended }) => ended));
  expect(new Set(answers.map((answer) => refusal(answer).status))).toEqual(new Set([408]));
  expect((await user.get('/api/state/ws/panel')).body.version).toBe(1);
});

it('what takes long by its nature is not cut', async () => {
  const following = new AbortController();
  const feed = await fetch(`${api.url}/api/state/ws/changes`, {
    headers: { ...user.authorization, accept: 'text/event-stream' },
    signal: following.signal,
  });
  let heard = '';
  const reading = feed.body?.pipeTo(
    new WritableStream({ write: (chunk) => void (heard += Buffer.from(chunk).toString()) }),
  );
  reading?.catch(() => undefined);
  // Between two requests a connection may be silent for as long as `HTTP_KEEP_ALIVE_TIMEOUT`.
  const kept = await open();
  const get = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';
  kept.write(get);
  await eventually(() => kept.received.includes('alive'), 'the first answer');

  await sleep(headersTimeoutMs + requestTimeoutMs + 1_000);
  await user.put('/api/state/ws/late', { state: { n: 1 }, version: 0 });
  await eventually(() => heard.includes('"late"'), 'the change');
  kept.write(get);
  await eventually(() => kept.received.split('alive').length === 3, 'the second answer');
  following.abort();
});
