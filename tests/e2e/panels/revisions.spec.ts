import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

let stack: TestStack;
let api: ServiceProcess;
let other: ServiceProcess;
let subject: string;
let user: ApiClient;
beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api, other] = await Promise.all([
    stack.start('state-api'),
    stack.start('state-api'),
    stack.start('snapshot-worker'),
  ]);
});
afterAll(() => stack?.close());
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});

const ws = '/api/state/ws';
const at = (panelId: string) => `${ws}/${panelId}`;
const create = (panelId: string, state: object = { n: 0 }) => user.post(at(panelId), { initialState: state });
const changes = async (query = '') => (await user.get(`${ws}/changes${query}`)).body.changes;
interface Change {
  readonly revision: number;
  readonly panelId: string;
  readonly version: number;
}
const named = (all: readonly Change[]) =>
  all.map(({ revision, panelId, version }) => `${revision} ${panelId}@${version}`);

describe('the revision of a workspace', () => {
  it('is named by the answer to every write, in the body and in the head', async () => {
    const answers = [
      await create('a'),
      await user.put(at('a'), { state: { n: 1 }, version: 1 }),
      await user.put(at('b'), { state: {}, version: 0 }),
      await user.patch(at('a'), { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 1 }),
      await user.post(`${at('a')}/revert`, { targetVersion: 1 }),
      await user.post(`${ws}/transaction`, {
        operations: [
          { op: 'set', panelId: 'c', state: {} },
          { op: 'set', panelId: 'd', state: {} },
        ],
      }),
    ];
    expect(answers.map(({ body }) => body.revision)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(answers.map(({ headers }) => headers.get('nexus-revision'))).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    const checked = await user.post(`${ws}/transaction`, {
      operations: [{ op: 'check', panelId: 'a', version: 4 }],
    });
    expect([checked.body.revision, checked.headers.get('nexus-revision')]).toEqual([6, '6']);
    const deleted = await user.delete(at('b'));
    expect([deleted.status, deleted.headers.get('nexus-revision')]).toEqual([204, '7']);
    const refused = await user.put(at('a'), { state: {}, version: 1 });
    expect([refused.status, refused.headers.get('nexus-revision')]).toEqual([409, null]);
    expect((await create('e')).body.revision).toBe(8);
    const history = (await user.get(`${at('a')}/history`)).body.history;
    expect(history.map(({ revision }: Change) => revision)).toEqual([5, 4, 2, 1]);
  });

  it('is the one of the first request where that is repeated under its key', async () => {
    const key = { 'idempotency-key': 'k' };
    const write = () => user.post(at('a'), { initialState: {} }, key);
    const first = await write();
    await create('b');
    const again = await write();
    expect([again.text, again.headers.get('nexus-revision')]).toEqual([first.text, '1']);
  });

  it('grows by one with each write of many clients in two processes, without a gap', async () => {
    const panels = Array.from({ length: 7 }, (_, n) => `p${n}`);
    await Promise.all(panels.map((id) => create(id)));
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) => {
        const client = n % 2 === 0 ? user : stack.client(other, subject);
        const panelId = `p${n % 7}`;
        if (n % 5 > 0) return client.put(at(panelId), { state: { n } }, { 'if-match': '*' });
        const operations = ['x', 'y', panelId].map((id) => ({ op: 'set', panelId: id, state: { n } }));
        return client.post(`${ws}/transaction`, { operations });
      }),
    );
    expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
    const revisions = answers.map(({ body }) => body.revision as number).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 120 }, (_, n) => n + 8));
    const feed = (await changes('?limit=1000&since=7')) as Change[];
    expect([...new Set(feed.map(({ revision }) => revision))]).toEqual(revisions);
    expect(feed).toHaveLength(120 + 24 * 2);
  });

  it('goes on when the workspace is deleted and made again', async () => {
    await user.post('/api/workspaces', { name: 'One', workspaceId: 'ws' });
    expect((await create('a')).body.revision).toBe(1);
    const deleted = await user.delete('/api/workspaces/ws');
    expect([deleted.status, deleted.headers.get('nexus-revision')]).toEqual([204, '2']);
    expect((await create('a')).body.revision).toBe(3);
    await user.post('/api/workspaces', { name: 'Two', workspaceId: 'empty' });
    const empty = await user.delete('/api/workspaces/empty');
    expect([empty.status, empty.headers.get('nexus-revision')]).toEqual([204, null]);
  });
});

describe('the feed of a workspace', () => {
  beforeEach(async () => {
    await create('a');
    await create('b');
    await user.post(`${ws}/transaction`, {
      operations: [
        { op: 'set', panelId: 'b', state: { n: 1 } },
        { op: 'set', panelId: 'a', state: { n: 1 } },
      ],
      triggeredBy: 'ai',
    });
    await user.put(at('a'), { state: { n: 2 }, version: 2 });
  });
  const all = ['1 a@1', '2 b@1', '3 a@2', '3 b@2', '4 a@3'];

  it('begins behind a revision, and goes on from a place within a transaction', async () => {
    expect(named(await changes())).toEqual(all);
    expect(named(await changes('?since=0'))).toEqual(all);
    expect(named(await changes('?since=2'))).toEqual(all.slice(2));
    expect(named(await changes('?since=4'))).toEqual([]);
    const page = (await user.get(`${ws}/changes?since=1&limit=2`)).body;
    expect([named(page.changes), page.nextCursor, page.more]).toEqual([all.slice(1, 3), '3-1', true]);
    const rest = (await user.get(`${ws}/changes?cursor=${page.nextCursor}`)).body;
    expect([named(rest.changes), rest.nextCursor, rest.more]).toEqual([all.slice(3), '4-1', false]);
    expect((await user.get(`${ws}/changes?since=4`)).body.nextCursor).toBe('4');
  });

  it.each([
    ['since=5', 'since'],
    ['since=-1', 'since'],
    ['since=x', 'since'],
    ['cursor=5-1', 'cursor'],
    ['cursor=3-9', 'cursor'],
    ['cursor=nonsense', 'cursor'],
    ['since=1&cursor=1-1', 'since'],
  ])('refuses %s', async (query, pointer) => {
    const answer = await user.get(`${ws}/changes?${query}`);
    expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ pointer: expect.stringContaining(pointer) }]);
  });

  it('shows only what its filters ask for', async () => {
    expect(named(await changes('?panels=b'))).toEqual([all[1], all[3]]);
    expect(named(await changes('?panels=x,b*'))).toEqual([all[1], all[3]]);
    expect(named(await changes('?triggeredBy=ai'))).toEqual(all.slice(2, 4));
    expect(named(await changes('?triggered_by=ai&panels=a&since=1'))).toEqual([all[2]]);
    expect(named(await changes(`?actor=${subject}`))).toEqual(all);
    expect(named(await changes('?actor=somebody-else'))).toEqual([]);
  });

  it('names revisions and places as ids of its events', async () => {
    const text = await followEvents(`${api.url}${ws}/changes?since=2`, testToken(subject), 3);
    expect([...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(['3-1', '3-2', '4-1']);
  });
});

describe('a workspace as it was', () => {
  const list = async (revision: number) =>
    (await user.get(`${ws}?revision=${revision}`)).body.panels.map(
      ({ panelId, version, stateSizeBytes }: Change & { stateSizeBytes: number }) =>
        `${panelId}@${version} ${stateSizeBytes}`,
    );
  const states = async (revision: number) => {
    const { body } = await user.get(`${ws}/snapshot?revision=${revision}`);
    expect(body).toMatchObject({ workspaceId: 'ws', gitCommit: null, revision });
    const panels = Object.entries(body.panels as Record<string, { state: object; version: number }>);
    expect(body.totalPanels).toBe(panels.length);
    return Object.fromEntries(panels.map(([id, { state, version }]) => [`${id}@${version}`, state]));
  };

  it('is read at any revision: its panels, their sizes and their states', async () => {
    await create('a', { n: 0 });
    await create('b', { text: 'x'.repeat(50_000) });
    await user.put(at('a'), { state: { n: 100 }, version: 1 });
    await user.delete(at('b'));
    await create('b', {});
    expect(await list(0)).toEqual([]);
    expect(await list(2)).toEqual(['a@1 7', 'b@1 50011']);
    expect(await list(3)).toEqual(['a@2 9', 'b@1 50011']);
    expect(await list(4)).toEqual(['a@2 9']);
    expect(await list(5)).toEqual(['a@2 9', 'b@3 2']);
    expect(await states(0)).toEqual({});
    expect(await states(2)).toEqual({ 'a@1': { n: 0 }, 'b@1': { text: 'x'.repeat(50_000) } });
    expect(await states(4)).toEqual({ 'a@2': { n: 100 } });
    expect(await states(5)).toEqual({ 'a@2': { n: 100 }, 'b@3': {} });
    const now = (await user.get(`${ws}/snapshot`)).body;
    expect([now.revision, Object.keys(now.panels)]).toEqual([5, ['a', 'b']]);
  });

  it('is not there where it is not reached, and 400 where that is no revision', async () => {
    await create('a');
    for (const path of [ws, `${ws}/snapshot`]) {
      const [future, nonsense] = [await user.get(`${path}?revision=2`), await user.get(`${path}?revision=x`)];
      expect([future.status, future.body.error]).toEqual([404, 'not_found']);
      expect([nonsense.status, nonsense.body.error]).toEqual([400, 'validation_failed']);
    }
    const both = await user.get(`${ws}/snapshot?revision=1&git_commit=abcdef0`);
    expect([both.status, both.body.error]).toEqual([400, 'validation_failed']);
  });

  it('shows a narrowed token only what it reaches, and not how often the rest was changed', async () => {
    await create('seen');
    await create('hidden');
    const narrow = stack.client(api, subject, { paths: ['ws/s*'] });
    const listed = await narrow.get(`${ws}?revision=2`);
    expect(listed.body.panels.map(({ panelId }: Change) => panelId)).toEqual(['seen']);
    const snapshot = await narrow.get(`${ws}/snapshot`);
    expect(Object.keys(snapshot.body.panels)).toEqual(['seen']);
    expect(snapshot.body.revision).toBeUndefined();
  });

  it('is what a snapshot says of itself, and a restore makes one revision', async () => {
    await create('a');
    await create('b');
    const snapshot = (await user.post('/api/snapshots/ws', {})).body;
    const [commit] = (await user.get('/api/snapshots/ws/commits')).body.commits;
    expect(commit.message).toContain('Workspace-Revision: 2');
    await user.put(at('a'), { state: { n: 1 }, version: 1 });
    await user.delete(at('b'));
    const restored = await user.post('/api/snapshots/ws/restore', { snapshotId: snapshot.snapshotId });
    expect([restored.body.revision, restored.headers.get('nexus-revision')]).toEqual([5, '5']);
    expect(named(await changes('?since=4'))).toEqual(['5 a@3', '5 b@3']);
    const again = await user.post('/api/snapshots/ws/restore', { snapshotId: snapshot.snapshotId });
    expect(again.body).toMatchObject({ restoredPanels: 0, revision: 5 });
    const content = await user.get(`${ws}/snapshot?git_commit=${snapshot.gitCommitHash}`);
    expect(content.body.revision).toBe(2);
  });
});
