import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiResponse,
  type ApiClient,
  type ServiceProcess,
  TestStack,
  testToken,
} from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());

/** Four creations, an update and a deletion. */
const visibleChanges = 6;
const paths = ['ws/b*', 'ws/odd_id'];
const visible = ['b1', 'b2', 'b3', 'odd_id'];
const hidden = ['a', 'c', 'oddXid', 'z'];

/** A workspace in which all visible panels are alike, and the hidden ones are as the maker likes. */
interface World {
  readonly owner: string;
  readonly narrow: ApiClient;
  /** The answers of every door so far, with what differs by itself taken out. */
  readonly seen: string[];
}

async function makeWorld(hide: (user: ApiClient, round: number) => Promise<void>): Promise<World> {
  const owner = `owner-${randomUUID()}`;
  const user = stack.client(api, owner);
  const accepted = async (answer: Promise<ApiResponse>) => expect((await answer).status).toBeLessThan(300);
  for (const [index, id] of visible.entries()) {
    await hide(user, index);
    await accepted(user.post(`/api/state/ws/${id}`, { initialState: { kind: 'x', n: index, key: 7 } }));
  }
  await accepted(user.put('/api/state/ws/b1', { state: { kind: 'x', n: 10 }, version: 1 }));
  await hide(user, visible.length);
  await accepted(user.delete('/api/state/ws/b3'));
  await accepted(user.post('/api/workspaces/ws/activate', undefined));
  await hide(user, visible.length + 1);
  return { owner, narrow: stack.client(api, owner, { paths }), seen: [] };
}

/** Calls a door, and records all that its response reveals, but for how it was cached: that depends on what comes when. */
async function ask(
  world: World,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) {
  const answer = await world.narrow.call(method, path, body, headers);
  const headerLines = ['etag', 'location', 'allow', 'retry-after', 'content-type']
    .filter((name) => answer.headers.has(name))
    .map((name) => `${name}: ${answer.headers.get(name)}`);
  world.seen.push(masked(world, [method, path, answer.status, ...headerLines, answer.text].join(' ')));
  return answer;
}

/** Takes out what differs between two workspaces by itself: owners, instants, and numbers that count what others do, too. */
function masked({ owner }: World, text: string): string {
  return text
    .replaceAll(owner, 'OWNER')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"id":"\d+"/g, '"id":"ID"')
    .replace(/"revision":\d+/g, '"revision":REVISION')
    .replace(/"nextCursor":"\d+"/g, '"nextCursor":"POSITION"')
    .replace(/\b\d+-\d+\b/g, 'POSITION');
}

/** Asks for page after page. */
async function walk(world: World, pathOf: (cursor: string | undefined) => [string, string, unknown?]) {
  let cursor: string | undefined;
  for (let page = 0; page < 20; page++) {
    const { body } = await ask(world, ...pathOf(cursor));
    if (!body.nextCursor || body.nextCursor === cursor) return;
    cursor = body.nextCursor;
  }
}

const ws = '/api/state/ws';
const criteria = [
  { contains: {} },
  { contains: { kind: 'x' } },
  { contains: { secret: 1 } },
  { jsonPath: '$.n ? (@ > 0)' },
  { jsonPath: '$.kind == "x"' },
  { jsonPath: '$.key.datetime("xxx")' },
  { jsonPath: '$.secret.datetime("xxx")' },
  { jsonPath: '$.secret ? (@ == $x)' },
  { jsonPath: 'strict $.secret.more' },
  { jsonPath: '$.secret == 1e400000' },
];

async function askEverything(world: World): Promise<void> {
  for (const limit of [1, 2, 100]) {
    await walk(world, (cursor) => ['GET', `${ws}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`]);
    await walk(world, (cursor) => [
      'GET',
      `${ws}/changes?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`,
    ]);
    for (const criterion of criteria)
      await walk(world, (cursor) => ['POST', `${ws}/query`, { ...criterion, limit, cursor }]);
  }
  await ask(world, 'GET', `${ws}/changes?cursor=now`);
  for (const id of [...visible, ...hidden, 'never']) {
    for (const query of [
      '',
      '?include_history=true',
      '?version=1',
      '?path=/kind',
      '?at=2030-01-01T00:00:00Z',
      '/history',
    ])
      await ask(world, 'GET', `${ws}/${id}${query}`);
  }
  for (const id of [...hidden, 'never']) {
    const patches = [{ op: 'add', path: '/m', value: 1 }];
    await ask(world, 'POST', `${ws}/${id}`, { initialState: {} });
    await ask(world, 'PUT', `${ws}/${id}`, { state: {}, version: 1 });
    await ask(world, 'PATCH', `${ws}/${id}`, { patches, version: 1 });
    await ask(world, 'DELETE', `${ws}/${id}`, undefined, { 'if-match': '"1"', 'idempotency-key': 'hidden' });
    await ask(world, 'POST', `${ws}/${id}/revert`, { targetVersion: 1 });
    for (const operation of [{ op: 'check', version: 1 }, { op: 'set', state: {} }, { op: 'delete' }]) {
      const operations = [
        { op: 'check', panelId: 'b1', version: 2 },
        { ...operation, panelId: id },
      ];
      await ask(world, 'POST', `${ws}/transaction`, { operations });
    }
  }
  for (const query of ['', '?git_commit=0123456', `?git_commit=${'0'.repeat(40)}`])
    await ask(world, 'GET', `${ws}/snapshot${query}`);
  for (const path of ['', '/commits', `/${randomId}`, `/${randomId}/diff`, '/jobs/1'])
    await ask(world, 'GET', `/api/snapshots/ws${path}`);
  for (const path of ['', '/ws', '/ws/members', '/secret', '/secret/members'])
    await ask(world, 'GET', `/api/workspaces${path}`);
  await ask(world, 'GET', `/git/${world.owner}/ws.git/info/refs?service=git-upload-pack`);
  const stream = await followEvents(
    `${api.url}${ws}/changes`,
    testToken(world.owner, { paths }),
    visibleChanges,
  );
  world.seen.push(masked(world, stream));
}

const randomId = '00000000-0000-4000-8000-000000000000';

it('two workspaces that differ only in hidden panels give the same answers at every door', async () => {
  const nothing = await makeWorld(async () => undefined);
  const much = await makeWorld(async (user, round) => {
    for (const id of hidden) {
      const state = { kind: 'x', secret: '2020', key: 'text', n: round, list: Array(round).fill(id) };
      if (round === 0) await user.post(`/api/state/ws/${id}`, { initialState: state });
      else await user.put(`/api/state/ws/${id}`, { state, version: round });
    }
    if (round === 2) await user.post('/api/workspaces', { name: 'secret', workspaceId: 'secret' });
    if (round > 2) await user.post('/api/workspaces/secret/activate', undefined);
  });
  const little = await makeWorld(async (user, round) => {
    if (round === 1) await user.post('/api/state/ws/c', { initialState: { secret: 1 } });
    if (round === 3) await user.delete('/api/state/ws/c', { 'idempotency-key': 'hidden' });
  });
  for (const world of [nothing, much, little]) {
    await eventually(
      async () => (await world.narrow.get(`${ws}/changes`)).body.changes.length === visibleChanges,
      'every visible change in the feed',
    );
    await askEverything(world);
  }
  expect(nothing.seen.length).toBeGreaterThan(150);
  expect(much.seen).toEqual(nothing.seen);
  expect(little.seen).toEqual(nothing.seen);
  expect(nothing.seen.join('\n')).toContain('"panelId":"odd_id"');
}, 180_000);
