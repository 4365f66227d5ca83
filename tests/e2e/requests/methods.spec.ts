import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  RawSocket,
  type ServiceProcess,
  TestStack,
  expectedSecurityHeaders,
  securityHeadersOf,
  testToken,
} from '@nexus-state/test-kit';
import { type Route, routesOf } from './refusals/description';
import { requestOf } from './refusals/request';
import { samples } from './refusals/samples';
import { makeWorld } from './refusals/world';

const origin = 'https://app.example';

let stack: TestStack;
let api: ServiceProcess;
let withCors: ServiceProcess;
let user: ApiClient;
let routes: readonly Route[];

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  withCors = await stack.start('state-api', { CORS_ORIGINS: JSON.stringify([origin]) });
  user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: { n: 1 } });
  routes = routesOf((await user.get('/openapi.json')).body);
});
afterAll(() => stack?.close());

/** The methods that are described for a path, as `Allow` lists them. */
function described(path: string): readonly string[] {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
}

const paths = () => [...new Set(routes.map(({ path }) => path))];
const concrete = (path: string) => path.replace(/[{}]/g, '');

it('OPTIONS lists the methods of every path, without a token, with and without CORS', async () => {
  for (const { url } of [api, withCors]) {
    for (const path of paths()) {
      const answer = await fetch(url + concrete(path), { method: 'OPTIONS' });
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([
        path,
        204,
        described(path).join(', '),
      ]);
      expect(answer.headers.get('x-request-id')).toMatch(/./);
      expect(securityHeadersOf(answer.headers)).toEqual(expectedSecurityHeaders);
    }
    expect((await fetch(`${url}/nowhere`, { method: 'OPTIONS' })).status).toBe(404);
    const socket = await RawSocket.open(url);
    socket.write('OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const all = await socket.ended;
    expect(all).toMatch(/^HTTP\/1\.1 204 /);
    expect(all).toMatch(/^allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r$/im);
  }
});

it('OPTIONS answers preflights as before, on paths that exist and on others', async () => {
  for (const [path, allow] of [
    ['/api/state/ws/panel', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
    ['/nowhere', null],
  ] as const) {
    const answer = await fetch(withCors.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'if-match',
      },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, allow]);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-methods')).toMatch(/PATCH/);
    expect(answer.headers.get('access-control-allow-headers')).toBe('if-match');
    expect(answer.headers.get('access-control-max-age')).toBe('600');
  }
});

it('a method that a path does not have is refused with 405, and with those that it has', async () => {
  // `/api/state/{workspaceId}/query` is also a panel's path, whose methods say that the id is reserved.
  const isServed = (method: string, path: string) =>
    routes.some(
      (route) =>
        route.method === method && new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
  for (const path of paths()) {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];
    for (const method of methods.filter((one) => !isServed(one, path))) {
      const answer = await user.call(method, concrete(path));
      expect([method, path, answer.status, answer.body?.error]).toEqual([
        method,
        path,
        405,
        'method_not_allowed',
      ]);
      expect(answer.headers.get('allow')).toBe(described(path).join(', '));
      expect(answer.body.allowed).toEqual(described(path));
      expect(answer.body.instance).toBe(concrete(path));
    }
  }
});

it('a method that a path does not have is refused in the same way with a body, and the connection goes on', async () => {
  for (let n = 0; n < 3; n++) {
    const answer = await user.put('/api/snapshots/ws', { text: 'x'.repeat(100_000) });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
  }
  const page = await fetch(`${withCors.url}/api/workspaces`, { method: 'PUT', headers: { origin } });
  expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([405, origin]);
});

it('HEAD answers what GET does, without a body', async () => {
  const varying = [
    'date',
    'connection',
    'ratelimit',
    'x-request-id',
    'x-cache',
    'keep-alive',
    'transfer-encoding',
    'content-length',
  ];
  const steady = (headers: Headers) => [...headers].filter(([name]) => !varying.includes(name));
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const sample = samples[route.name];
    if (!sample) throw new Error(`${route.name} has no sample.`);
    const world = await makeWorld(api, sample);
    const { path, headers } = requestOf(route, sample, {}, world);
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => fetch(api.url + path, { method, headers: { ...headers } })),
    );
    expect([route.name, head?.status, await head?.text()]).toEqual([route.name, get?.status, '']);
    expect([route.name, steady(head?.headers as Headers)]).toEqual([
      route.name,
      steady(get?.headers as Headers),
    ]);
    await get?.body?.cancel();
  }
  const refused = await fetch(`${api.url}/api/state/ws/missing`, {
    method: 'HEAD',
    headers: user.authorization,
  });
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    404,
    expect.stringMatching(/problem\+json/),
  ]);
});

it('HEAD of a feed ends after its head', async () => {
  const answer = await fetch(`${api.url}/api/state/ws/changes`, {
    method: 'HEAD',
    headers: { ...user.authorization, accept: 'text/event-stream' },
    signal: AbortSignal.timeout(10_000),
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  expect(await answer.text()).toBe('');
});

it('Range is ignored', async () => {
  const answer = await user.get('/api/state/ws/panel', { range: 'bytes=0-3' });
  expect([answer.status, answer.body.state]).toEqual([200, { n: 1 }]);
});

it('a write with Content-Range is refused, and changes nothing', async () => {
  const range = { 'content-range': 'bytes 0-20/100' };
  const panel = '/api/state/ws/panel';
  for (const [method, path, body] of [
    ['PUT', panel, { state: {}, version: 1 }],
    ['PUT', '/api/state/ws/new', { state: {}, version: 0 }],
    ['POST', '/api/state/ws/new', { initialState: {} }],
    ['PATCH', panel, { patches: [], version: 1 }],
    ['DELETE', panel, undefined],
    ['POST', '/api/state/ws/transaction', { operations: [{ op: 'delete', panelId: 'panel' }] }],
    ['PUT', `/api/workspaces/ws/members/${randomUUID()}`, { role: 'viewer' }],
  ] as const) {
    const answer = await user.call(method, path, body, range);
    expect([method, path, answer.status, answer.body.error]).toEqual([
      method,
      path,
      400,
      'validation_failed',
    ]);
    expect(answer.body.errors[0].pointer).toBe('Content-Range');
  }
  expect((await user.get(panel, range)).body).toMatchObject({ version: 1, state: { n: 1 } });
  expect((await user.get('/api/state/ws')).body.panels).toHaveLength(1);
});

it('a path with a trailing slash does not exist', async () => {
  for (const path of ['/api/workspaces/', '/api/state/ws/panel/', '/health/']) {
    const answer = await fetch(api.url + path, { headers: { authorization: `Bearer ${testToken('u')}` } });
    expect([path, answer.status]).toEqual([path, 404]);
  }
});
