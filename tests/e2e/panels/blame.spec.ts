import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack, membersText } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
let subject: string;

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterAll(() => stack?.close());
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});

const panel = '/api/state/ws/panel';

interface BlamedValue {
  readonly pointer: string;
  readonly version: number;
}

async function create(initialState: object): Promise<void> {
  expect((await user.post(panel, { initialState })).status).toBe(201);
}

/** Applies a patch; it is merged with what others did after its version. */
async function patch(patches: readonly object[], version: number, more: object = {}): Promise<void> {
  const { status } = await user.patch(panel, { patches, version, onConflict: 'merge', ...more });
  expect(status).toBe(200);
}

/** The version that last set each value, by its pointer. */
async function blamed(query = ''): Promise<Record<string, number>> {
  const { status, body } = await user.get(`${panel}/blame${query}`);
  expect(status).toBe(200);
  return Object.fromEntries(
    body.values.map(({ pointer, version }: BlamedValue) => [pointer, version]),
  ) as Record<string, number>;
}

describe('the blame of a panel', () => {
  it('tells who and what last set each value, in the order of the state', async () => {
    await create({ b: 1, a: { y: true, x: null } });
    await patch([{ op: 'replace', path: '/b', value: 2 }], 1, { triggeredBy: 'ai' });
    const { history } = (await user.get(`${panel}/history`)).body;
    const [second, first] = history.map(({ occurredAt }: { occurredAt: string }) => occurredAt);
    const { status, text, body } = await user.get(`${panel}/blame`);
    expect(status).toBe(200);
    expect(body).toEqual({
      panelId: 'panel',
      version: 2,
      values: [
        { pointer: '/a/x', version: 1, actor: subject, triggeredBy: 'user', occurredAt: first },
        { pointer: '/a/y', version: 1, actor: subject, triggeredBy: 'user', occurredAt: first },
        { pointer: '/b', version: 2, actor: subject, triggeredBy: 'ai', occurredAt: second },
      ],
    });
    // Members come in canonical order, as in every response.
    expect(text.startsWith('{"panelId":"panel","values":[{"actor":')).toBe(true);
  });

  it('follows values that move, alone, with what is around them, and along an array', async () => {
    await create({ a: { x: 1, y: 2 }, list: ['p', 'q'] });
    await patch([{ op: 'move', from: '/a', path: '/b' }], 1);
    await patch([{ op: 'add', path: '/list/0', value: 'o' }], 2);
    await patch([{ op: 'move', from: '/list/2', path: '/list/0' }], 3);
    await patch([{ op: 'move', from: '/b/y', path: '/y' }], 4);
    await patch([{ op: 'copy', from: '/y', path: '/z' }], 5);
    expect(await blamed()).toEqual({
      '/b/x': 1,
      '/list/0': 1,
      '/list/1': 3,
      '/list/2': 1,
      '/y': 1,
      '/z': 6,
    });
  });

  it('names the version that a merged change made, not the one it was based on', async () => {
    await create({ a: 0, b: 0, n: 0 });
    await patch([{ op: 'replace', path: '/a', value: 1 }], 1);
    await patch([{ op: 'replace', path: '/b', value: 1 }], 1);
    await patch([{ op: 'inc', path: '/n', value: 1 }], 1);
    await patch([{ op: 'inc', path: '/n', value: 1 }], 1);
    expect(await blamed()).toEqual({ '/a': 2, '/b': 3, '/n': 5 });
  });

  it('blames a revert for what it changed, and nothing for what it found as it was', async () => {
    await create({ a: 1, same: 'x' });
    await patch([{ op: 'replace', path: '/a', value: 2 }], 1);
    expect((await user.post(`${panel}/revert`, { targetVersion: 1 })).status).toBe(200);
    expect(await blamed()).toEqual({ '/a': 3, '/same': 1 });
    // A replacement of the whole state sets what is new in it.
    expect((await user.put(panel, { state: { a: 1, same: 'x', b: 0 }, version: 3 })).status).toBe(200);
    expect(await blamed()).toEqual({ '/a': 3, '/b': 4, '/same': 1 });
  });

  it('shows a version of the past as it was blamed then, and a part alone', async () => {
    await create({ a: { x: 1, y: 1 }, 'b/c': 1 });
    await patch([{ op: 'replace', path: '/a/x', value: 2 }], 1);
    await patch([{ op: 'replace', path: '/a/x', value: 3 }], 2);
    expect(await blamed('?version=2&path=/a')).toEqual({ '/a/x': 2, '/a/y': 1 });
    expect(await blamed('?path=/a/x')).toEqual({ '/a/x': 3 });
    expect(await blamed('?path=/b~1c')).toEqual({ '/b~1c': 1 });
  });

  it('begins anew where a panel was deleted and created again', async () => {
    await create({ a: 1 });
    expect((await user.delete(panel)).status).toBe(204);
    expect((await user.get(`${panel}/blame`)).body).toMatchObject({ status: 404, error: 'not_found' });
    expect((await user.get(`${panel}/blame?version=2`)).status).toBe(404);
    expect(await blamed('?version=1')).toEqual({ '/a': 1 });
    await create({ a: 1, b: 2 });
    expect(await blamed()).toEqual({ '/a': 3, '/b': 3 });
  });

  it('begins anew where a restore brought a deleted panel back', async () => {
    await create({ a: 1, n: 0 });
    // The deletion is version 50, which history keeps a full copy of: nothing of it counts.
    for (let version = 1; version < 49; version++)
      await patch([{ op: 'inc', path: '/n', value: 1 }], version);
    const { body: taken } = await user.post('/api/snapshots/ws', {});
    expect((await user.delete(panel)).status).toBe(204);
    const { snapshotId } = taken;
    expect((await user.post('/api/snapshots/ws/restore', { snapshotId })).status).toBe(200);
    expect(await blamed()).toEqual({ '/a': 51, '/n': 51 });
  });

  it('finds a value that was set long ago', async () => {
    await create({ old: 1, n: 0, list: [1, 2] });
    await patch([{ op: 'remove', path: '/list/0' }], 1);
    for (let version = 2; version < 620; version++)
      await patch([{ op: 'inc', path: '/n', value: 1 }], version);
    expect(await blamed()).toEqual({ '/list/0': 1, '/n': 620, '/old': 1 });
    expect(await blamed('?version=340')).toEqual({ '/list/0': 1, '/n': 340, '/old': 1 });
  });

  it('is the same for large states', async () => {
    await create(JSON.parse(membersText(8_000, () => '0')) as object);
    await patch([{ op: 'replace', path: '/k7', value: 1 }], 1);
    await patch([{ op: 'move', from: '/k7', path: '/k9' }], 2);
    const values = await blamed();
    expect([Object.keys(values).length, values['/k8'], values['/k9']]).toEqual([7_999, 1, 2]);
  });

  it('is for those who may read the panel', async () => {
    await create({ a: 1 });
    await user.post('/api/state/ws/other', { initialState: { a: 1 } });
    const narrow = stack.client(api, subject, { paths: ['ws/other'] });
    expect((await narrow.get('/api/state/ws/other/blame')).status).toBe(200);
    expect((await narrow.get(`${panel}/blame`)).body).toMatchObject({ status: 404, error: 'not_found' });
    const stranger = stack.client(api);
    expect((await stranger.get(`${panel}/blame?owner=${subject}`)).status).toBe(404);
    await user.put('/api/workspaces/ws/members/mia', { role: 'viewer' });
    expect((await stack.client(api, 'mia').get(`${panel}/blame?owner=${subject}`)).status).toBe(200);
  });
});
