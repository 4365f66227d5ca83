import {
  RawSocket,
  type ServiceProcess,
  TestStack,
  expectedSecurityHeaders,
  securityHeadersOf,
} from '@nexus-state/test-kit';

let stack: TestStack;
let services: readonly ServiceProcess[];
let api: ServiceProcess;
let token: string;

beforeAll(async () => {
  stack = await TestStack.create();
  const others = await Promise.all([stack.start('realtime-gateway'), stack.start('snapshot-worker')]);
  api = await stack.start('state-api');
  services = [api, ...others];
  token = stack.client(api).authorization['authorization'] as string;
});
afterAll(() => stack?.close());

/** What a server sends before it ends the connection. */
async function answerTo(text: string, service: ServiceProcess): Promise<string> {
  const socket = await RawSocket.open(service.url);
  socket.write(text);
  return socket.ended;
}

/** The status and code of the last answer in a text; fails where it is no problem document. */
function problemIn(text: string): { status: number; error: string } {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
  const [head = '', body = ''] = last.split('\r\n\r\n');
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  expect(head).toMatch(/^x-request-id: \S+$/im);
  expect(head).toMatch(/^connection: close\r?$/im);
  expect(securityHeadersOf(last)).toEqual(expectedSecurityHeaders);
  const problem = JSON.parse(body) as { status: number; error: string; message: string; detail: string };
  expect(problem.message).toBe(problem.detail);
  expect(problem.status).toBe(Number(head.split(' ')[1]));
  return { status: problem.status, error: problem.error };
}

const malformed = { status: 400, error: 'malformed_request' };
const get = 'GET /health/live HTTP/1.1\r\n';

it.each<[string, string, { status: number; error: string }]>([
  ['no Host', `${get}\r\n`, malformed],
  ['two Hosts', `${get}host: a\r\nhost: b\r\n\r\n`, malformed],
  ['the same Host twice', `${get}host: a\r\nHost: a\r\n\r\n`, malformed],
  ['a Host with a path', `${get}host: a/b\r\n\r\n`, malformed],
  ['a Host with a user', `${get}host: u@a\r\n\r\n`, malformed],
  ['a list of Hosts', `${get}host: a b\r\n\r\n`, malformed],
  ['no Host on a path that does not exist', 'GET /nowhere HTTP/1.1\r\n\r\n', malformed],
  ['no Host with OPTIONS', 'OPTIONS /health HTTP/1.1\r\n\r\n', malformed],
  ['two Hosts in HTTP/1.0', 'GET /health/live HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n', malformed],
  [
    'an expectation that is none',
    `${get}host: x\r\nexpect: 200-ok\r\n\r\n`,
    { status: 417, error: 'expectation_failed' },
  ],
  [
    'two expectations',
    `${get}host: x\r\nexpect: 100-continue, and-more\r\n\r\n`,
    { status: 417, error: 'expectation_failed' },
  ],
  ['a method that is none', 'GETT / HTTP/1.1\r\nhost: x\r\n\r\n', malformed],
  ['a version that is none', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n', malformed],
  ['a request line without a path', 'GET\r\nhost: x\r\n\r\n', malformed],
  ['a space before the colon', `${get}host : x\r\n\r\n`, malformed],
  ['a field without a colon', `${get}host: x\r\nnonsense\r\n\r\n`, malformed],
  ['a zero byte in a field', `${get}host: x\r\nx-a: a\u0000b\r\n\r\n`, malformed],
  ['a folded field', `${get}host: x\r\nx-a: a\r\n b\r\n\r\n`, malformed],
  [
    'two lengths',
    'POST /health HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    malformed,
  ],
  ['a length that is none', 'POST /health HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', malformed],
  [
    'a length beside chunks',
    'POST /health HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    malformed,
  ],
  [
    'a transfer coding that is not chunked',
    'POST /health HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n',
    malformed,
  ],
  [
    'a transfer coding beside chunked',
    'POST /health HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    malformed,
  ],
  [
    'a head that is too large',
    `${get}host: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`,
    { status: 431, error: 'headers_too_large' },
  ],
])('%s gets a problem from every service, and the connection ends', async (_, text, problem) => {
  for (const service of services) expect(problemIn(await answerTo(text, service))).toEqual(problem);
});

it.each([
  ['a chunk size that is none', 'zz\r\n'],
  ['a chunk that is longer than it says', '1\r\nabc\r\n0\r\n\r\n'],
  ['an extension of a chunk that does not end', `1;${'a'.repeat(20_000)}`],
])('%s gets a problem, and the connection ends', async (_, chunks) => {
  const head =
    `PUT /api/state/ws/panel HTTP/1.1\r\nhost: x\r\nauthorization: ${token}\r\n` +
    'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  const { status } = problemIn(await answerTo(head + chunks, api));
  expect([400, 413]).toContain(status);
});

it('Host may be empty, an address or a name with a port, and missing in HTTP/1.0', async () => {
  const end = 'connection: close\r\n\r\n';
  for (const text of [
    ...['', 'x', 'x:8001', '127.0.0.1:8001', '[::1]:8001', 'api.example.', 'a_b.example'].map(
      (host) => `${get}host: ${host}\r\n${end}`,
    ),
    `GET /health/live HTTP/1.0\r\n${end}`,
    `GET /health/live HTTP/1.0\r\nexpect: anything\r\n${end}`,
  ])
    expect([text, (await answerTo(text, api)).split(' ')[1]]).toEqual([text, '200']);
});

it('the absolute form of a target is served like its path', async () => {
  const end = 'host: x\r\nconnection: close\r\n\r\n';
  const answer = await answerTo(`GET http://elsewhere.example/health/live?a=b HTTP/1.1\r\n${end}`, api);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});

it('Expect: 100-continue is met', async () => {
  const body = JSON.stringify({ initialState: { n: 1 } });
  const socket = await RawSocket.open(api.url);
  socket.write(
    `POST /api/state/ws/expected HTTP/1.1\r\nhost: x\r\nauthorization: ${token}\r\nexpect: 100-Continue\r\n` +
      `content-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const text = await socket.ended;
  expect(text).toMatch(/^HTTP\/1\.1 100 /);
  expect(text).toContain('HTTP/1.1 201 ');
});

it('live connections need one Host, too', async () => {
  const [, gateway] = services as [ServiceProcess, ServiceProcess];
  const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  for (const hosts of ['', 'host: a\r\nhost: b\r\n']) {
    const socket = await answerTo(`GET /ws/state/ws HTTP/1.1\r\n${hosts}${upgrade}${key}`, gateway);
    expect(problemIn(socket)).toEqual(malformed);
    // Socket.IO refuses in its own words.
    for (const more of ['connection: close\r\n\r\n', upgrade + key]) {
      const query = more.includes('upgrade') ? 'transport=websocket' : 'transport=polling';
      const text = `GET /socket.io/?EIO=4&${query} HTTP/1.1\r\n${hosts}${more}`;
      expect(await answerTo(text, gateway)).toMatch(/^HTTP\/1\.1 400 /);
    }
  }
});

it('what was refused has left no trace in the log, and the services go on', async () => {
  for (const service of services) {
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect(service.output()).toBe('');
  }
});
