import { createHmac } from 'node:crypto';
import {
  ApiClient,
  type ServiceProcess,
  TestStack,
  rawToken,
  testSecret,
  testToken,
} from '@nexus-state/test-kit';
import { sign } from 'jsonwebtoken';

let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());

const panel = '/api/state/ws/panel';
const now = () => Math.floor(Date.now() / 1000);

function unsigned(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

function withHeader(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part(header)}.${part(claims)}`;
  return `${content}.${createHmac('sha512', testSecret).update(content).digest('base64url')}`;
}

describe('identity', () => {
  it.each([
    ['no token', undefined],
    ['no JWT', 'nonsense'],
    ['the algorithm "none"', unsigned({ sub: 'u' })],
    ['another algorithm', withHeader({ alg: 'HS512' }, { sub: 'u' })],
    ['a wrong signature', sign({ sub: 'u' }, 'another-key-of-more-than-thirty-two-bytes')],
    ['an expired token', sign({ sub: 'u', exp: now() - 1 }, testSecret)],
    ['a token that is not valid yet', sign({ sub: 'u', nbf: now() + 60 }, testSecret)],
    ['a token without a subject', sign({ scope: 'state:read' }, testSecret)],
    ['an empty subject', sign({ sub: '' }, testSecret)],
    ['an extension that has to be understood', rawToken({ sub: 'u' }, { crit: ['b64'], b64: true })],
    ['a token of another type', rawToken({ sub: 'u' }, { typ: 'logout+jwt' })],
    ['a token with whitespace in it', sign({ sub: 'u' }, testSecret).replace('.', ' .')],
    ['an end that is no number', rawToken({ sub: 'u', exp: String(now() + 60) })],
    ['an instant of issue that is no number', rawToken({ sub: 'u', iat: 'now' })],
    ['an end in the second that is running', rawToken({ sub: 'u', exp: now() - 0.001 })],
  ])('refuses %s', async (_, token) => {
    const answer = await new ApiClient(api.url, token).get(panel);
    expect([answer.status, answer.body.error]).toEqual([401, 'unauthorized']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('stops taking a token that it has seen once it expires', async () => {
    const expiresAt = now() + 2;
    const client = new ApiClient(api.url, testToken('brief', { exp: expiresAt }));
    expect((await client.get(panel)).status).toBe(404);
    await new Promise((resolve) => setTimeout(resolve, expiresAt * 1000 - Date.now() + 50));
    expect((await client.get(panel)).status).toBe(401);
  });

  it.each([
    [{ scope: 'state:read' }, 404, 403],
    [{ scp: ['state:write'] }, 403, 201],
    [{ roles: ['state:read', 'state:write'] }, 404, 201],
    [{ scope: '' }, 403, 403],
    [{}, 404, 201],
  ])('lets scopes %j read with %i and create with %i', async (claims, read, create) => {
    const client = stack.client(api, undefined, claims);
    const reading = await client.get(panel);
    expect(reading.status).toBe(read);
    if (read === 403) expect(reading.body).toMatchObject({ error: 'forbidden', requiredScope: 'state:read' });
    const creating = await client.post(panel, { initialState: {} });
    expect(creating.status).toBe(create);
    if (create === 403) expect(creating.body.message).toContain('state:write');
  });
});

describe('requests', () => {
  it('carry an id: the one that came, or a new one', async () => {
    const client = stack.client(api);
    expect((await client.get(panel, { 'x-request-id': 'abc-123' })).headers.get('x-request-id')).toBe(
      'abc-123',
    );
    const made = (await client.get(panel, { 'x-request-id': 'x'.repeat(300) })).headers.get('x-request-id');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect((await fetch(`${api.url}/nowhere`)).headers.get('x-request-id')).not.toBeNull();
  });

  it.each(['{"initialState":', 'nonsense', '{"initialState":{"secret":"hush"'])(
    'with a body that is not JSON (%s) are refused without quoting it',
    async (body) => {
      const answer = await stack.client(api).post(panel, body);
      expect([answer.status, answer.body.error]).toEqual([400, 'malformed_json']);
      expect(answer.text).not.toContain('hush');
      expect(answer.text).not.toContain('nonsense');
    },
  );

  it('with a body that is not UTF-8 are refused', async () => {
    const response = await fetch(api.url + panel, {
      method: 'POST',
      headers: { authorization: `Bearer ${testToken('u')}`, 'content-type': 'application/json' },
      body: Buffer.from([...Buffer.from('{"initialState":{"a":"'), 0xff, ...Buffer.from('"}}')]),
    });
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      400,
      'malformed_json',
    ]);
  });

  it('with a huge body are refused with 413', async () => {
    const answer = await stack
      .client(api)
      .post(panel, { initialState: { text: 'x'.repeat(17 * 1024 * 1024) } });
    expect([answer.status, answer.body.error]).toEqual([413, 'body_too_large']);
  });

  it('without a body where one is needed, or of another type, are refused', async () => {
    const client = stack.client(api);
    expect((await client.post(panel, undefined)).body.error).toBe('validation_failed');
    const text = await client.post(panel, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([text.status, text.body.error]).toEqual([415, 'unsupported_media_type']);
    const plain = await client.post(panel, 'x', { 'content-type': 'text/plain' });
    expect([plain.status, plain.body.error]).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['/api/state/ws/%zz', `/api/state/ws/${'x'.repeat(3000)}`])('to %s get a problem', async (path) => {
    const answer = await stack.client(api).get(path, { 'x-request-id': 'mine' });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_id']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toBe('mine');
  });

  it('to an unknown path get a problem', async () => {
    const answer = await stack.client(api).get('/api/nowhere');
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('the service', () => {
  it('reports its health without a token', async () => {
    const health = await (await fetch(`${api.url}/health`)).json();
    expect(health).toEqual({
      status: 'healthy',
      redis: 'connected',
      database: 'connected',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptimeSeconds: expect.any(Number),
    });
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  });

  it('describes itself in OpenAPI 3.1, every route with its errors', async () => {
    const description = (await stack.client(api).get('/openapi.json')).body;
    expect(description.openapi).toMatch(/^3\.1\./);
    const put = description.paths['/api/state/{workspaceId}/{panelId}'].put;
    expect(Object.keys(put.responses)).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '412', '413', '422', '428', '503']),
    );
    expect(Object.keys(put.responses['409'].content['application/problem+json'].examples)).toContain(
      'version_conflict',
    );
    expect(description.components.schemas.ReplacePanelRequest.required).toEqual(['state']);
    const page = await fetch(`${api.url}/docs`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
  });

  it('refers in its description only to schemas that are there', async () => {
    const text = await (await fetch(`${api.url}/openapi.json`)).text();
    const schemas = Object.keys(JSON.parse(text).components.schemas);
    const referred = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1]);
    expect(referred.length).toBeGreaterThan(0);
    expect(referred.filter((name) => !schemas.includes(name as string))).toEqual([]);
  });

  it.each([
    [{ JWT_SECRET_KEY: 'short', NODE_ENV: 'production' }, 'JWT_SECRET_KEY: must be at least 32 bytes'],
    [{ DATABASE_URL: 'mysql://x', MAX_STATE_DEPTH: 'deep' }, 'MAX_STATE_DEPTH'],
  ])('does not start with the settings %j, and says why', async (settings, message) => {
    await expect(stack.start('state-api', settings)).rejects.toThrow(message);
  });
});
