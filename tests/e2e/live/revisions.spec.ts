import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let apis: readonly ServiceProcess[];
let gateway: ServiceProcess;
let subject: string;
let users: readonly ApiClient[];
const clients: LiveClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  [gateway, ...apis] = (await Promise.all([
    stack.start('realtime-gateway'),
    stack.start('state-api'),
    stack.start('state-api'),
  ])) as [ServiceProcess, ServiceProcess, ServiceProcess];
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  users = apis.map((api) => stack.client(api, subject));
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

async function connect(claims = {}): Promise<LiveClient> {
  const client = await LiveClient.connect(gateway, subject, claims);
  clients.push(client);
  return client;
}

/** Changes: their revisions and panels, in the order in which they came. */
const changesOf = ({ received }: LiveClient) =>
  received
    .filter(({ name }) => ['state_update', 'panel_created', 'panel_deleted'].includes(name))
    .map(({ payload }) => `${payload.revision} ${payload.panelId}@${payload.version}`);

/** Writes through both processes at once: single panels, transactions and deletions. */
async function writeMuch(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      Array.from({ length: 16 }, (_, n) => {
        const user = users[n % users.length] as ApiClient;
        const at = (panelId: string) => `/api/state/ws/${panelId}`;
        const state = { round, n };
        if (n === 7) return user.delete(at(`p${round % 5}`));
        if (n % 5 > 0) return user.put(at(`p${n % 9}`), { state }, { 'if-match': '*' });
        const operations = ['x', 'y', `p${n % 4}`].map((panelId) => ({ op: 'set', panelId, state }));
        return user.post('/api/state/ws/transaction', { operations });
      }),
    );
  }
}

/** What the feed says. */
async function feed(since: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let query = `since=${since}`; ;) {
    const { body } = await (users[0] as ApiClient).get(`/api/state/ws/changes?limit=1000&${query}`);
    for (const { revision, panelId, version } of body.changes)
      found.push(`${revision} ${panelId}@${version}`);
    if (!body.more) return found;
    query = `cursor=${body.nextCursor}`;
  }
}

const reaches = (client: LiveClient, expected: readonly string[]) =>
  eventually(
    () => changesOf(client).length >= expected.length,
    `${expected.length} changes instead of ${changesOf(client).length}`,
    30_000,
  );

it('subscribers of a workspace get all changes in the order of revisions, and go on from any of them', async () => {
  const first = await connect();
  const reply = await first.ask('subscribe', { workspaceId: 'ws', panelId: '*' });
  expect(reply).toEqual({ ok: true, workspaceId: 'ws', panelId: '*', revision: 0 });
  await writeMuch(6);
  const all = await feed(0);
  await reaches(first, all);
  expect(changesOf(first)).toEqual(all);

  const revision = 20;
  const second = await connect();
  const resumed = await second.ask('subscribe', { workspaceId: 'ws', panelId: '*', revision });
  expect(resumed).toMatchObject({ ok: true, revision });
  await writeMuch(2);
  const rest = await feed(revision);
  await reaches(second, rest);
  expect(changesOf(second)).toEqual(rest);
  expect(second.received.filter(({ name }) => name === 'state_sync')).toEqual([]);
});

it('a connection that breaks again and again misses nothing and gets nothing twice', async () => {
  const seen: string[] = [];
  let revision = 0;
  let isDone = false;
  const writing = writeMuch(12).then(() => (isDone = true));
  while (!isDone) {
    const client = await connect();
    await client.ask('subscribe', { workspaceId: 'ws', panelId: '*', revision });
    await eventually(() => isDone || changesOf(client).length > 5, 'some changes', 30_000);
    client.close();
    const changes = changesOf(client);
    // The last revision may have come in part.
    const last = Number(changes.at(-1)?.split(' ')[0] ?? revision);
    revision = Math.max(revision, last - 1);
    seen.push(...changes.filter((change) => Number(change.split(' ')[0]) <= revision));
  }
  await writing;
  const client = await connect();
  await client.ask('subscribe', { workspaceId: 'ws', panelId: '*', revision });
  const all = await feed(0);
  await eventually(() => seen.length + changesOf(client).length >= all.length, 'the rest', 30_000);
  expect([...seen, ...changesOf(client)]).toEqual(all);
});

it('a subscriber that names a revision of the future begins with the states, and one of a panel gets no revision', async () => {
  await (users[0] as ApiClient).post('/api/state/ws/a', { initialState: { n: 1 } });
  const client = await connect();
  const whole = await client.ask('subscribe', { workspaceId: 'ws', panelId: '*', revision: 50 });
  expect(whole).toMatchObject({ ok: true, revision: 1 });
  await client.reaches('a', 1);
  expect(client.of('a').map(({ name }) => name)).toEqual(['state_sync']);
  const one = await (await connect()).ask('subscribe', { workspaceId: 'ws', panelId: 'a' });
  expect(one).toEqual({ ok: true, workspaceId: 'ws', panelId: 'a', version: 1 });
});

it('a narrowed subscriber goes on from a revision with what it reaches alone', async () => {
  for (const id of ['a1', 'hidden', 'a2']) await users[0]?.post(`/api/state/ws/${id}`, { initialState: {} });
  const client = await connect({ paths: ['ws/a*'] });
  await client.ask('subscribe', { workspaceId: 'ws', panelId: '*', revision: 1 });
  await users[1]?.put('/api/state/ws/hidden', { state: { n: 1 }, version: 1 });
  await users[1]?.put('/api/state/ws/a1', { state: { n: 1 }, version: 1 });
  await client.reaches('a1', 2);
  expect(changesOf(client)).toEqual(['3 a2@1', '5 a1@2']);
});
