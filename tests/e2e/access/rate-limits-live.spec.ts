import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

const perSecond = 5;
const settings = { RATE_LIMIT_WRITES_PER_SECOND: String(perSecond), SNAPSHOT_INTERVAL: 'off' };
/** One request in 17 minutes. */
const rare = '0.001';
const someUser = () => `user-${randomUUID()}`;
const path = '/api/state/ws/panel';

let stack: TestStack;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

async function connect(gateway: ServiceProcess, subject: string): Promise<LiveClient> {
  const client = await LiveClient.connect(gateway, subject);
  clients.push(client);
  return client;
}

const increment = { patches: [{ op: 'inc', path: '/count', value: 1 }], version: 1 };

it('two APIs and a gateway together accept no more than the limit of a user, and all of that', async () => {
  const [one, two, gateway, unlimited] = await Promise.all([
    stack.start('state-api', settings),
    stack.start('state-api', settings),
    stack.start('realtime-gateway', settings),
    stack.start('state-api'),
  ]);
  const subject = someUser();
  const owner = stack.client(unlimited, subject);
  await owner.post(path, { initialState: { count: 0 } });
  const live = await connect(gateway, subject);
  const byHttp = (client: ApiClient) => async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await client.patch(path, increment, headers);
    let answer = first;
    const isUnknown = () =>
      answer.body.error === 'unavailable' || (first.status === 503 && answer.status === 429);
    // Whether the change was made is unknown where a store was too slow: the same request is sent until one tells.
    while (isUnknown()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = await client.patch(path, increment, headers);
    }
    expect([200, 429, answer.body]).toContain(answer.status);
    return answer.status === 200;
  };
  const byMessage = async () => {
    const answer = await live.ask('patch', { workspaceId: 'ws', panelId: 'panel', ...increment });
    expect([undefined, 'rate_limited']).toContain(answer.error?.error);
    return answer.ok === true;
  };
  const [first, second] = [byHttp(stack.client(one, subject)), byHttp(stack.client(two, subject))];
  // Enough writers to go beyond the limit on a slow machine, too.
  const doors = [first, first, first, second, second, second, byMessage];

  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  let accepted = 0;
  let refused = 0;
  await Promise.all(
    doors.map(async (write) => {
      while (elapsed() < 4) {
        if (await write()) accepted++;
        else refused++;
        // Not too many messages for one connection.
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    }),
  );
  const most = perSecond + perSecond * elapsed();
  expect(accepted).toBeLessThanOrEqual(Math.ceil(most));
  expect(accepted).toBeGreaterThan(most * 0.6);
  expect(refused).toBeGreaterThan(0);
  expect((await owner.get(path)).body.state).toEqual({ count: accepted });
});

describe('a live connection', () => {
  let gateway: ServiceProcess;
  let owner: ApiClient;
  const subject = someUser();
  beforeAll(async () => {
    const unlimited = await stack.start('state-api');
    owner = stack.client(unlimited, subject);
    await owner.post(path, { initialState: { count: 0 } });
    gateway = await stack.start('realtime-gateway', {
      RATE_LIMIT_WRITES_PER_SECOND: rare,
      RATE_LIMIT_READS_PER_SECOND: '0.002',
      RATE_LIMIT_WORKSPACE_READS_PER_SECOND: rare,
    });
  });

  it('learns which limit it has reached, and for how long', async () => {
    const live = await connect(gateway, subject);
    const message = { workspaceId: 'ws', panelId: 'panel', ...increment };
    expect(await live.ask('patch', message)).toMatchObject({ ok: true, version: 2 });
    const { ok, error } = await live.ask('patch', message);
    expect([ok, error]).toEqual([
      false,
      expect.objectContaining({ error: 'rate_limited', policy: 'user-writes', status: 429 }),
    ]);
    expect(error.retryAfterSeconds).toBeGreaterThan(900);
    const plain = await WebSocketClient.connect(gateway, subject);
    clients.push(plain);
    expect(await plain.ask({ type: 'patch', panelId: 'panel', ...increment })).toMatchObject({
      code: 'rate_limited',
      policy: 'user-writes',
    });
    expect((await owner.get(path)).body.version).toBe(2);
  });

  it('subscribes as often as reads are left, to its user and to the workspace', async () => {
    const live = await connect(gateway, subject);
    const subscribe = (client: LiveClient, whose?: string) =>
      client.ask('subscribe', { workspaceId: 'ws', panelId: 'panel', ...(whose ? { owner: whose } : {}) });
    expect(await subscribe(live)).toMatchObject({ ok: true });
    expect((await subscribe(live)).error).toMatchObject({ error: 'rate_limited', policy: 'user-reads' });
    const member = someUser();
    await owner.put(`/api/workspaces/ws/members/${member}`, { role: 'viewer' });
    const other = await connect(gateway, member);
    const refused = await subscribe(other, subject);
    expect(refused.error).toMatchObject({ error: 'rate_limited', policy: 'workspace-reads' });
  });
});
