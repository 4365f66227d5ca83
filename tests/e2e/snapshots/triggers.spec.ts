import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

type Item = { readonly type: string; readonly snapshotId: string };
const snapshotsOf = async (client: ApiClient): Promise<Item[]> =>
  (await client.get('/api/snapshots/ws')).body.snapshots;
const typesOf = async (client: ApiClient) => (await snapshotsOf(client)).map(({ type }) => type).reverse();
const ai = { triggeredBy: 'ai', triggerSource: 'assistant' };

describe('snapshots that changes call for', () => {
  let stack: TestStack;
  let apis: readonly [ServiceProcess, ServiceProcess];
  beforeAll(async () => {
    stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off', SNAPSHOT_BEFORE_WAIT: '20s' });
    const [first, second] = await Promise.all([
      stack.start('state-api'),
      stack.start('state-api'),
      stack.start('snapshot-worker'),
    ]);
    apis = [first, second];
  });
  afterAll(() => stack?.close());

  /** A user with a panel `p` at version 2. */
  const aUser = async (name: string) => {
    const client = stack.client(apis[0], name);
    await client.post('/api/state/ws/p', { initialState: { n: 1 } });
    await client.put('/api/state/ws/p', { state: { n: 2 }, version: 1 });
    return client;
  };
  const panel = '/api/state/ws/p';

  it.each<[string, (client: ApiClient) => Promise<{ status: number }>]>([
    ['create', (client) => client.post('/api/state/ws/q', { initialState: {}, ...ai })],
    ['replacement', (client) => client.put(panel, { state: { n: 3 }, version: 2, ...ai })],
    [
      'patch',
      (client) =>
        client.patch(panel, { patches: [{ op: 'replace', path: '/n', value: 3 }], version: 2, ...ai }),
    ],
    [
      'transaction',
      (client) =>
        client.post('/api/state/ws/transaction', {
          operations: [{ op: 'set', panelId: 'p', state: { n: 3 } }],
          ...ai,
        }),
    ],
  ])('are taken before a %s by an AI, of what was there', async (name, change) => {
    const client = await aUser(`ai-${name}`);
    expect((await change(client)).status).toBeLessThan(300);
    const [snapshot] = await snapshotsOf(client);
    expect(snapshot).toMatchObject({ type: 'pre_ai_edit', createdBy: `ai-${name}` });
    const { body } = await client.get(`/api/snapshots/ws/${snapshot?.snapshotId}`);
    expect(body.panels).toEqual({ p: { state: { n: 2 }, version: 2 } });
  });

  it('are taken once for a burst of AI edits, through any process', async () => {
    const client = await aUser('burst');
    const other = stack.client(apis[1], 'burst');
    const edits = Array.from({ length: 24 }, (_, n) =>
      (n % 2 ? other : client).post(`/api/state/ws/ai-${n}`, { initialState: {}, ...ai }),
    );
    expect(new Set((await Promise.all(edits)).map(({ status }) => status))).toEqual(new Set([201]));
    await other.put('/api/state/ws/ai-0', { state: { again: true }, version: 1, ...ai });
    expect(await typesOf(client)).toEqual(['pre_ai_edit']);

    await client.put(panel, { state: { n: 3 }, version: 2 });
    await other.put(panel, { state: { n: 4 }, version: 3, ...ai });
    expect(await typesOf(client)).toEqual(['pre_ai_edit', 'pre_ai_edit']);
  });

  it('are taken before panels are deleted, one for a burst', async () => {
    const client = await aUser('deleting');
    for (const id of ['q', 'r']) await client.post(`/api/state/ws/${id}`, { initialState: {} });
    expect((await client.delete(panel)).status).toBe(204);
    expect((await client.delete('/api/state/ws/q')).status).toBe(204);
    const operations = [{ op: 'delete', panelId: 'r' }];
    expect((await client.post('/api/state/ws/transaction', { operations })).status).toBe(200);
    const [snapshot, ...others] = await snapshotsOf(client);
    expect([snapshot, others]).toMatchObject([{ type: 'pre_delete', panelCount: 3 }, []]);
  });

  it('are not taken before what is no major change', async () => {
    const client = await aUser('ordinary');
    await client.put(panel, { state: {}, version: 2, triggeredBy: 'system' });
    await client.patch(panel, { patches: [], version: 3, triggeredBy: 'airport' });
    await client.post(`${panel}/revert`, { targetVersion: 1 });
    expect(await typesOf(client)).toEqual([]);
  });

  it('are taken after a hundred changes, made through two processes', async () => {
    const client = await aUser('busy');
    const other = stack.client(apis[1], 'busy');
    const writeTo = async (through: ApiClient, panelId: string, times: number) => {
      await through.post(`/api/state/ws/${panelId}`, { initialState: {} });
      for (let version = 1; version < times; version++)
        await through.put(`/api/state/ws/${panelId}`, { state: { version }, version });
    };
    await Promise.all([writeTo(client, 'a', 44), writeTo(other, 'b', 44)]);
    expect(await typesOf(client)).toEqual([]);
    await Promise.all([writeTo(client, 'c', 12), writeTo(other, 'd', 12)]);
    await eventually(async () => (await typesOf(client)).length > 0, 'the snapshot');
    expect(await typesOf(client)).toEqual(['auto']);
  });
});

describe('changes that call for a snapshot', () => {
  let stack: TestStack;
  afterEach(() => stack?.close());

  it('go on soon where no worker is there, and leave nothing behind that is taken too late', async () => {
    stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off', SNAPSHOT_BEFORE_WAIT: '500ms' });
    const api = await stack.start('state-api');
    const client = stack.client(api);
    for (const id of ['p', 'q']) await client.post(`/api/state/ws/${id}`, { initialState: {} });
    const edit = client.put('/api/state/ws/p', { state: { n: 1 }, version: 1, ...ai });
    expect(await edit).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await client.delete('/api/state/ws/q')).status).toBe(204);
    await eventually(() => api.output().includes('change continued without a snapshot'), 'the log line');

    await stack.start('snapshot-worker');
    expect((await client.post('/api/snapshots/ws', {})).status).toBe(201);
    expect(await typesOf(client)).toEqual(['manual']);
  });

  it('go on where Redis is away, but for those whose caller asked for the snapshot', async () => {
    stack = await TestStack.create({ REDIS_URL: 'redis://127.0.0.1:1/0' });
    const api = await stack.start('state-api');
    const client = stack.client(api);
    const panel = '/api/state/ws/p';
    await client.post(panel, { initialState: { n: 1 } });
    expect((await client.put(panel, { state: { n: 2 }, version: 1, ...ai })).status).toBe(200);
    const revert = { targetVersion: 1, createSnapshot: true };
    expect(await client.post(`${panel}/revert`, revert)).toMatchObject({
      status: 503,
      body: { error: 'unavailable' },
    });
    expect((await client.get(panel)).body).toMatchObject({ version: 2, state: { n: 2 } });
    expect((await client.delete(panel)).status).toBe(204);
  });
});
