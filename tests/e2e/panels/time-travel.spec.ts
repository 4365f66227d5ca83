import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = stack.client(api);
});

const panel = '/api/state/ws/panel';

describe('the history of a panel', () => {
  it('lists changes newest first, in pages', async () => {
    await user.post(panel, { initialState: { n: 0 } });
    for (const version of [1, 2, 3])
      await user.put(panel, { state: { n: version }, version, triggeredBy: 'ai' });

    const page = (await user.get(`${panel}/history?limit=2&offset=1`)).body;
    expect(page).toMatchObject({ panelId: 'panel', totalChanges: 4 });
    expect(page.history.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    expect(page.history[0]).toEqual({
      id: expect.any(String),
      changeType: 'updated',
      patch: [{ op: 'replace', path: '/n', value: 2 }],
      version: 3,
      previousVersion: 2,
      revision: 3,
      triggeredBy: 'ai',
      triggerSource: null,
      actor: expect.stringMatching(/^user-/),
      changeSizeBytes: expect.any(Number),
      occurredAt: expect.any(String),
    });
  });

  it('ends with the version that is shown beside it, while others write', async () => {
    await user.post(panel, { initialState: { n: 1 } });
    let writing = true;
    const inc = [{ op: 'inc', path: '/n', value: 1 }];
    const patch = { 'content-type': 'application/json-patch+json', 'if-match': '*' };
    const writers = [1, 2, 3].map(async () => {
      while (writing) expect((await user.patch(panel, inc, patch)).status).toBe(200);
    });
    const instants: string[] = [];
    let newest = 1;
    for (let round = 0; round < 60; round++) {
      const past = [
        `&version=${Math.min(newest, 1 + Math.floor(round / 4))}`,
        `&at=${instants[round >> 1] ?? '2030-01-01T00:00:00Z'}`,
      ];
      const query = ['', '', ...past][round % 4];
      const headers: Record<string, string> = round % 8 === 1 ? { 'cache-control': 'no-cache' } : {};
      const { status, body } = await user.get(`${panel}?include_history=true${query}`, headers);
      expect(status).toBe(200);
      instants.push(body.updatedAt);
      newest = Math.max(newest, body.version);
      const versions = body.history.map(({ version }: { version: number }) => version);
      const length = Math.min(body.version, 50);
      expect(versions).toEqual(Array.from({ length }, (_, index) => body.version - index));
      expect(body.state.n).toBe(body.version);
    }
    writing = false;
    await Promise.all(writers);
  });

  it('narrows to a period, refuses bad parameters, and answers 404 where there never was a panel', async () => {
    await user.post(panel, { initialState: {} });
    const { updatedAt } = (await user.get(panel)).body;
    expect((await user.get(`${panel}/history?until=${updatedAt}`)).body.totalChanges).toBe(1);
    const later = new Date(Date.parse(updatedAt) + 1).toISOString();
    expect((await user.get(`${panel}/history?since=${later}`)).body).toMatchObject({
      totalChanges: 0,
      history: [],
    });

    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'since=yesterday', 'limits=5']) {
      const answer = await user.get(`${panel}/history?${query}`);
      expect([query, answer.status, answer.body.error]).toEqual([query, 400, 'validation_failed']);
    }
    expect((await user.get('/api/state/ws/other/history')).status).toBe(404);
  });
});

describe('time travel', () => {
  it('reads any version and any instant as it was accepted then', async () => {
    await user.post(panel, { initialState: { n: 1 } });
    const documents = [(await user.get(panel)).text];
    for (let version = 1; version < 60; version++) {
      await user.patch(panel, { patches: [{ op: 'replace', path: '/n', value: version + 1 }], version });
      documents.push((await user.get(panel)).text);
    }
    for (const version of [1, 2, 49, 50, 51, 60]) {
      const answer = await user.get(`${panel}?version=${version}`);
      expect(answer.text).toBe(documents[version - 1]);
      expect(answer.headers.get('etag')).toBe(`"${version}"`);
      const { updatedAt } = answer.body;
      const then = (await user.get(`${panel}?at=${updatedAt}`)).body;
      expect(then.updatedAt).toBe(updatedAt);
      expect(then.version).toBeGreaterThanOrEqual(version);
    }
    expect((await user.get(`${panel}?version=61`)).status).toBe(404);
    expect((await user.get(`${panel}?at=2020-01-01T00:00:00Z`)).status).toBe(404);
    expect((await user.get(`${panel}?at=2020-01-01T00:00:00Z&version=1`)).status).toBe(400);
  });

  it('writes old content as a new version when it reverts', async () => {
    await user.post(panel, { initialState: { n: 1 } });
    await user.put(panel, { state: { n: 2 }, version: 1 });
    const answer = await user.post(`${panel}/revert`, { target_version: 1 });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...{ success: true, version: 3, revision: 3, revertedTo: 1 },
      updatedAt: expect.any(String),
    });
    expect(answer.headers.get('nexus-revision')).toBe('3');
    expect((await user.get(panel)).body.state).toEqual({ n: 1 });
    expect((await user.get(`${panel}/history`)).body.history[0]).toMatchObject({
      changeType: 'reverted',
      triggerSource: 'revert:1',
    });

    const stale = await user.post(`${panel}/revert`, { targetVersion: 1, version: 2 });
    expect([stale.status, stale.body.error]).toEqual([409, 'version_conflict']);
    expect((await user.post(`${panel}/revert`, { targetVersion: 9 })).status).toBe(404);
    expect((await user.post('/api/state/ws/none/revert', { targetVersion: 1 })).status).toBe(404);
  });

  it('reads a part of a state by its pointer', async () => {
    await user.post(panel, { initialState: { a: [{ 'b/c': 'deep' }] } });
    expect((await user.get(`${panel}?path=/a/0/b~1c`)).body).toMatchObject({ state: 'deep', version: 1 });
    const missing = await user.get(`${panel}?path=/a/1`);
    expect([missing.status, missing.body.error]).toEqual([404, 'path_not_found']);
  });
});

describe('the panels of a workspace', () => {
  it('are listed by id, page by page', async () => {
    for (const id of ['b', 'a', 'c']) await user.post(`/api/state/ws/${id}`, { initialState: {} });
    await user.delete('/api/state/ws/c');
    const first = (await user.get('/api/state/ws?limit=1')).body;
    expect(first).toMatchObject({
      workspaceId: 'ws',
      panels: [{ panelId: 'a', version: 1, updatedAt: expect.any(String), stateSizeBytes: 2 }],
    });
    const rest = (await user.get(`/api/state/ws?cursor=${first.nextCursor}`)).body;
    expect(rest.panels.map(({ panelId }: { panelId: string }) => panelId)).toEqual(['b']);
    expect(rest.nextCursor).toBeNull();
    expect((await user.get('/api/state/empty')).body.panels).toEqual([]);
    expect((await user.get('/api/state/ws?cursor=nonsense')).body.error).toBe('validation_failed');
  });
});
