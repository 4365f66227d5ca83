import {
  type ServiceProcess,
  RawSocket,
  TestStack,
  expectedSecurityHeaders,
  securityHeadersOf,
} from '@nexus-state/test-kit';

const origin = 'https://app.example';
const panel = '/api/state/ws/panel';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create({ CORS_ORIGINS: JSON.stringify([origin]) });
  [api, gateway, worker] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
  await stack.client(api, 'user-of-browsers').post(panel, { initialState: { n: 0 } });
});
afterAll(() => stack?.close());

const call = (method: string, path: string, headers: Record<string, string> = {}, of = api) =>
  fetch(of.url + path, {
    method,
    headers: { ...stack.client(api, 'user-of-browsers').authorization, ...headers },
  });

describe('every response is mere data to browsers', () => {
  it.each<[string, number, () => Promise<Response>]>([
    ['a panel', 200, () => call('GET', panel)],
    ['what has not changed', 304, () => call('GET', panel, { 'if-none-match': '"1"' })],
    ['a list', 200, () => call('GET', '/api/state/ws')],
    ['what is deleted', 204, () => call('DELETE', panel)],
    ['health', 200, () => call('GET', '/health')],
    ['the description', 200, () => call('GET', '/openapi.json')],
    ['a refusal', 401, () => call('GET', panel, { authorization: 'Bearer nonsense' })],
    ['no route', 404, () => call('GET', '/nowhere')],
    ['a method that no route has', 405, () => call('TRACE', panel).catch(() => call('PROPFIND', panel))],
    ['a path that cannot be read', 400, () => call('GET', '/api/state/%E0%A4%A/panel')],
    ['a preflight', 204, () => preflight(origin)],
    ['no repository', 404, () => call('GET', '/git/none.git/info/refs?service=git-upload-pack')],
    ['health of the gateway', 200, () => call('GET', '/health', {}, gateway)],
    ['no route of the gateway', 404, () => call('GET', '/nowhere', {}, gateway)],
    ['long polling', 200, () => call('GET', '/socket.io/?EIO=4&transport=polling', {}, gateway)],
    ['a refusal of long polling', 400, () => call('GET', '/socket.io/?EIO=4&transport=none', {}, gateway)],
    ['health of the worker', 200, () => call('GET', '/health', {}, worker)],
  ])('%s', async (_, status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(securityHeadersOf(answer.headers)).toEqual(expectedSecurityHeaders);
  });

  it('the stream of changes', async () => {
    const following = new AbortController();
    const user = stack.client(api, 'user-of-browsers');
    await user.post('/api/state/ws/panel', { initialState: {} });
    const answer = await fetch(`${api.url}/api/state/ws/changes`, {
      headers: { ...user.authorization, accept: 'text/event-stream' },
      signal: following.signal,
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(securityHeadersOf(answer.headers)).toEqual(expectedSecurityHeaders);
    following.abort();
  });

  it('the refusal of a WebSocket', async () => {
    const socket = await RawSocket.open(gateway.url);
    socket.write(
      'GET /ws/state/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
        'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-request-id: mine\r\n\r\n',
    );
    const answer = await socket.ended;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('\r\nx-request-id: mine\r\n');
    expect(securityHeadersOf(answer)).toEqual(expectedSecurityHeaders);
  });
});

it('the page at /docs loads nothing but what its policy lets it load', async () => {
  const page = await call('GET', '/docs');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  const text = await page.text();
  // The page has no inline script, as "script-src 'self'" demands; every file it names is our own, and there.
  expect(policy).toContain("script-src 'self';");
  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
  expect(text).not.toMatch(/\son\w+=/);
  const files = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file]) => file as string);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const url = new URL(file, page.url);
    expect(url.origin).toBe(api.url);
    const answer = await fetch(url);
    expect([file, answer.status]).toEqual([file, 200]);
    // With "nosniff", a browser runs and applies only what is called by its name.
    const type = answer.headers.get('content-type');
    if (file.endsWith('.js')) expect(type).toMatch(/^(text|application)\/javascript/);
    if (file.endsWith('.css')) expect(type).toMatch(/^text\/css/);
  }
});

const preflight = (from: string, headers = 'authorization,content-type,if-match,idempotency-key') =>
  call('OPTIONS', panel, {
    origin: from,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': headers,
  });

describe('pages of other origins', () => {
  it('may call where they are in the list, and read what answers carry', async () => {
    const { headers } = await preflight(origin);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toMatch(/PATCH/);
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(headers.get('vary')).toMatch(/origin/i);
    for (const answer of [
      await call('GET', '/api/state/ws', { origin }),
      await call('GET', '/nowhere', { origin }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(
        expect.arrayContaining(['ETag', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id']),
      );
    }
  });

  it.each(['https://elsewhere.example', 'https://app.example.evil.example', 'http://app.example', 'null'])(
    'may not where they are not: %s',
    async (from) => {
      for (const answer of [await preflight(from), await call('GET', '/api/state/ws', { origin: from })])
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});
