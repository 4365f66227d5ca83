import { randomUUID } from 'node:crypto';
import { reservedPanelIds } from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ApiResponse, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create({
    CORS_ORIGINS: '["http://pages.example"]',
    RATE_LIMIT_READS_PER_SECOND: '1000',
    RATE_LIMIT_WORKSPACE_READS_PER_SECOND: '2000',
    AUDIT_READS: 'all',
  });
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());

/** A header that no shortcut knows: a request that has it takes the way of all requests. */
const detour = { 'x-detour': 'yes' };

/** What of an answer is another one each time. */
const ownOfEach = new Set(['date', 'x-request-id', 'ratelimit', 'ratelimit-policy']);

function comparable({ status, headers, text }: ApiResponse): object {
  const kept = [...headers].filter(([name]) => !ownOfEach.has(name)).sort();
  return { status, headers: kept, names: [...headers.keys()].sort(), text };
}

/** A client whose token was seen before: the shortcut is for those. */
async function knownClient(user: string, claims?: Record<string, unknown>): Promise<ApiClient> {
  const client = stack.client(api, user, claims);
  await client.get('/api/workspaces');
  return client;
}

const readAnew = async (client: ApiClient, path: string) =>
  eventually(async () => (await client.get(path)).headers.get('x-cache') === 'hit', 'the cache to be used');

describe('the plain read of a panel', () => {
  const owner = `owner-${randomUUID()}`;
  const member = `member-${randomUUID()}`;
  let garden: ApiClient;

  beforeAll(async () => {
    garden = await knownClient(owner);
    for (const panel of ['lamp', 'gone', 'fan']) {
      await garden.post(`/api/state/garden/${panel}`, { initialState: { name: panel, text: 'ü "\\ 🌱' } });
    }
    await garden.delete('/api/state/garden/gone');
    await garden.put(`/api/workspaces/garden/members/${member}`, { role: 'viewer' });
    await readAnew(garden, '/api/state/garden/lamp');
  });

  it.each<{
    readonly what: string;
    readonly status: number;
    readonly panel?: string;
    readonly ifNoneMatch?: string;
    readonly user?: string;
    readonly claims?: Record<string, unknown>;
  }>([
    { what: 'a panel', status: 200 },
    { what: 'a version that is known', status: 304, ifNoneMatch: '"1"' },
    { what: 'one of several versions that are known', status: 304, ifNoneMatch: 'W/"7", "1"' },
    { what: 'another version than the one that is known', status: 200, ifNoneMatch: '"7"' },
    { what: 'a panel that never was', status: 404, panel: 'nothing' },
    { what: 'a panel that was deleted', status: 404, panel: 'gone' },
    { what: 'a panel of somebody who shares the workspace', status: 200, user: member },
    { what: 'a panel without the scope', status: 403, claims: { scope: 'state:write' } },
    { what: 'a panel beyond the paths of the token', status: 404, claims: { paths: ['garden/fan'] } },
    { what: 'a panel of a workspace beyond the paths', status: 404, claims: { paths: ['attic/*'] } },
    { what: 'a panel of a workspace that is not there', status: 404, user: `other-${owner}` },
  ])('answers $what as the way of all requests does', async (row) => {
    const { status, panel = 'lamp', ifNoneMatch, user = owner, claims } = row;
    const client = await knownClient(user, claims);
    const path = `/api/state/garden/${panel}`;
    const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch };
    const short = await client.get(path, headers);
    const long = await client.get(path, { ...headers, ...detour });
    expect(short.status).toBe(status);
    expect(comparable(short)).toEqual(comparable(long));
  });

  it('echoes the id of the request, and makes one where there is none', async () => {
    const named = await garden.get('/api/state/garden/lamp', { 'x-request-id': 'abc' });
    expect(named.headers.get('x-request-id')).toBe('abc');
    const [one, other] = [
      await garden.get('/api/state/garden/lamp'),
      await garden.get('/api/state/garden/lamp'),
    ];
    expect(one.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.headers.get('x-request-id')).not.toBe(one.headers.get('x-request-id'));
  });

  it('shows the newest version, whoever wrote it', async () => {
    const path = '/api/state/garden/fan';
    for (let version = 1; version < 20; version++) {
      await garden.put(path, { state: { version }, version });
      const { body, headers } = await garden.get(path);
      expect([body.version, body.state, headers.get('etag')]).toEqual([
        version + 1,
        { version },
        `"${version + 1}"`,
      ]);
    }
  });

  it.each([
    ['answered', 'lamp', 200],
    ['refused', 'nothing', 404],
  ])('is counted once where it is %s', async (_, panel, status) => {
    const client = await knownClient(`${owner}-${panel}`);
    await client.post('/api/state/garden/lamp', { initialState: {} });
    const left = async () => {
      const answer = await client.get(`/api/state/garden/${panel}`);
      expect(answer.status).toBe(status);
      return Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    };
    // The bucket fills meanwhile: of many, some see exactly one fewer than the one before, and none two fewer.
    const seen: number[] = [];
    for (let n = 0; n < 30; n++) seen.push(await left());
    const steps = seen.slice(1).map((now, index) => (seen[index] as number) - now);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1);
  });

  it('is on the audit log once, answered or refused', async () => {
    const ids = { ok: randomUUID(), not_found: randomUUID() };
    await garden.get('/api/state/garden/lamp', { 'x-request-id': ids.ok });
    await garden.get('/api/state/garden/nothing', { 'x-request-id': ids.not_found });
    const records = () =>
      stack
        .auditText()
        .split('\n')
        .filter((line) => line.includes(ids.ok) || line.includes(ids.not_found))
        .map((line): unknown => JSON.parse(line));
    await eventually(() => records().length >= 2, 'both to be on the log');
    const common = { actor: owner, owner, door: 'http', action: 'read', time: expect.any(String) };
    expect(records()).toEqual([
      {
        ...common,
        resource: { workspaceId: 'garden', panelId: 'lamp' },
        version: 1,
        outcome: 'ok',
        requestId: ids.ok,
      },
      {
        ...common,
        resource: { workspaceId: 'garden', panelId: 'nothing' },
        outcome: 'not_found',
        requestId: ids.not_found,
      },
    ]);
  });

  it('is no other route', async () => {
    const { body } = await garden.get('/openapi.json');
    const beside = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) => {
      const [, id] = /^\/api\/state\/[^/]+\/([^/{]+)$/.exec(path) ?? [];
      return id !== undefined && 'get' in methods ? [id] : [];
    });
    expect(beside.length).toBeGreaterThan(3);
    for (const id of beside) expect(reservedPanelIds).toContain(id);
  });

  it('is measured as its route is', async () => {
    const counted = async () => {
      const { text } = await garden.get('/metrics');
      const labels = ['method="GET"', 'route="/api/state/:workspaceId/:panelId"', 'status="200"'];
      const line = text
        .split('\n')
        .filter((one) => one.startsWith('http_request_duration_seconds_count{'))
        .find((one) => labels.every((label) => one.includes(label)));
      return Number(line?.split(' ').at(-1) ?? 0);
    };
    const before = await counted();
    await garden.get('/api/state/garden/lamp');
    await garden.get('/api/state/garden/lamp', detour);
    await eventually(async () => (await counted()) === before + 2, 'both to be measured');
  });
});
