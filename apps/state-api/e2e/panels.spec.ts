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

describe('creating a panel', () => {
  it('answers with version 1, its address and its entity tag', async () => {
    const answer = await user.post(panel, {
      initialState: { n: 1 },
      triggeredBy: 'ai',
      triggerSource: 'planner',
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(panel);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body).toEqual({
      success: true,
      panelId: 'panel',
      workspaceId: 'ws',
      version: 1,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('refuses a panel that is there', async () => {
    await user.post(panel, { initialState: {} });
    const answer = await user.post(panel, { initialState: {} });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ error: 'already_exists', currentVersion: 1 });
  });

  it('takes snake_case spellings of its own fields and leaves keys of the state alone', async () => {
    const answer = await user.post(panel, { initial_state: { trigger_source: 1 }, triggered_by: 'system' });
    expect(answer.status).toBe(201);
    expect((await user.get(panel)).body.state).toEqual({ trigger_source: 1 });
    expect((await user.get(`${panel}/history`)).body.history[0].triggeredBy).toBe('system');
  });

  it.each([
    ['an unknown field', { initialState: {}, initalState: {} }, '/initalState'],
    ['a missing state', {}, '/initialState'],
    ['a state that is no object', { initialState: [] }, '/initialState'],
    ['a field given twice', { initialState: {}, initial_state: {} }, '/initial_state'],
    ['a trigger that is no text', { initialState: {}, triggeredBy: 7 }, '/triggeredBy'],
  ])('refuses %s and names it', async (_, body, pointer) => {
    const answer = await user.post(panel, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('validation_failed');
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });

  it.each([
    ['%20', 400],
    ['a%2Fb', 400],
    ['x'.repeat(256), 400],
    ['snapshot', 400],
    ['x'.repeat(255), 201],
    ['A.z_0~:-', 201],
  ])('judges the panel id %s', async (panelId, status) => {
    const answer = await user.post(`/api/state/ws/${panelId}`, { initialState: {} });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error).toBe('invalid_id');
  });

  it.each([
    ['{"initialState":{"a":{"b":"x\\u0000"}}}', 422, 'unsupported_value', '/a/b'],
    ['{"initialState":{"\\ud800":1}}', 422, 'unsupported_value', '/\ud800'],
    ['{"initialState":{"n":9007199254740993}}', 422, 'unsupported_value', '/n'],
    ['{"initialState":{"n":1e400}}', 422, 'unsupported_value', '/n'],
  ])('refuses %s, which could not be given back unchanged', async (body, status, error, pointer) => {
    const answer = await user.post(panel, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toBe(error);
    expect(JSON.stringify(answer.body.pointer)).toBe(JSON.stringify(pointer));
    expect((await user.get(panel)).status).toBe(404);
  });

  it('refuses a state that is too large or too deep', async () => {
    const large = await user.post(panel, { initialState: { text: 'x'.repeat(1024 * 1024) } });
    expect([large.status, large.body.error]).toEqual([413, 'state_too_large']);

    const deep = await user.post(panel, `{"initialState":${'{"a":'.repeat(129)}1${'}'.repeat(129)}}`);
    expect([deep.status, deep.body.error]).toEqual([422, 'state_too_deep']);
  });

  it('takes __proto__ as data', async () => {
    const state = '{"__proto__":{"polluted":true},"constructor":1}';
    expect((await user.post(panel, `{"initialState":${state}}`)).status).toBe(201);
    expect((await user.get(panel)).text).toContain('"state":{"__proto__":{"polluted":true},"constructor":1}');
    expect((await user.get(panel, { 'cache-control': 'no-cache' })).text).toContain(
      '"__proto__":{"polluted":true}',
    );
  });
});

describe('reading a panel', () => {
  it('answers with the state in canonical form, from cache after the first change', async () => {
    await user.post(panel, { initialState: { b: 1, a: { d: [1, null], c: 'x' } } });
    const answer = await user.get(panel);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-cache')).toBe('hit');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.text).toContain('"state":{"a":{"c":"x","d":[1,null]},"b":1}');
    expect(Object.keys(answer.body)).toEqual(['panelId', 'workspaceId', 'state', 'version', 'updatedAt']);
  });

  it('gives the same bytes from the database as from the cache', async () => {
    await user.post(panel, { initialState: { z: 1, aa: 2, A: 1.5e-9 } });
    const cached = await user.get(panel);
    const stored = await user.get(panel, { 'cache-control': 'no-cache' });
    expect(stored.headers.get('x-cache')).toBe('bypass');
    expect(stored.text).toBe(cached.text);
  });

  it('answers 304 to a reader who has the version, and 200 to one who does not', async () => {
    await user.post(panel, { initialState: {} });
    const known = await user.get(panel, { 'if-none-match': '"1"' });
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await user.get(panel, { 'if-none-match': 'W/"1"' })).status).toBe(304);
    expect((await user.get(panel, { 'if-none-match': '"2"' })).status).toBe(200);
  });

  it('adds the history when asked', async () => {
    await user.post(panel, { initialState: {} });
    const answer = await user.get(`${panel}?include_history=true`);
    expect(answer.body.history).toHaveLength(1);
  });

  it('answers 404 for a panel that is not there, and for one of somebody else', async () => {
    await user.post(panel, { initialState: {} });
    const stranger = stack.client(api);
    const answer = await stranger.get(panel);
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
    expect(answer.body).toMatchObject({
      instance: panel,
      status: 404,
      type: 'urn:nexus-state:problem:not_found',
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('replacing a panel', () => {
  it('adds one to the version and records the difference', async () => {
    await user.post(panel, { initialState: { a: 1, b: 2 } });
    const answer = await user.put(panel, { state: { a: 1, b: 3 }, version: 1 });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true, version: 2, updatedAt: expect.any(String) });
    expect(answer.headers.get('etag')).toBe('"2"');
    const [newest] = (await user.get(`${panel}/history`)).body.history;
    expect(newest.patch).toEqual([{ op: 'replace', path: '/b', value: 3 }]);
  });

  it('refuses a stale version: 409 from the body, 412 from If-Match', async () => {
    await user.post(panel, { initialState: {} });
    await user.put(panel, { state: { n: 1 }, version: 1 });

    const body = await user.put(panel, { state: { n: 2 }, version: 1 });
    expect([body.status, body.body.error, body.body.currentVersion]).toEqual([409, 'version_conflict', 2]);
    const header = await user.put(panel, { state: { n: 2 } }, { 'if-match': '"1"' });
    expect([header.status, header.body.error, header.body.currentVersion]).toEqual([
      412,
      'precondition_failed',
      2,
    ]);
    const ahead = await user.put(panel, { state: { n: 2 }, version: 9 });
    expect([ahead.status, ahead.body.error]).toEqual([409, 'version_conflict']);
    expect((await user.get(panel)).body.state).toEqual({ n: 1 });
  });

  it('wants to know which version it replaces', async () => {
    await user.post(panel, { initialState: {} });
    const answer = await user.put(panel, { state: {} });
    expect([answer.status, answer.body.error]).toEqual([428, 'version_required']);
    expect((await user.put(panel, { state: { n: 1 } }, { 'if-match': '*' })).status).toBe(200);
  });

  it('creates only where the caller expects nothing', async () => {
    expect((await user.put(panel, { state: {}, version: 3 })).status).toBe(404);
    const created = await user.put(panel, { state: { n: 1 }, version: 0 });
    expect([created.status, created.body.version]).toEqual([201, 1]);
    expect((await user.put(panel, { state: {}, version: 0 })).body.error).toBe('already_exists');
    const header = await user.put(panel, { state: {} }, { 'if-none-match': '*' });
    expect([header.status, header.body.error]).toEqual([412, 'precondition_failed']);
  });

  it('refuses conditions that contradict each other or cannot be read', async () => {
    await user.post(panel, { initialState: {} });
    for (const headers of [{ 'if-match': '15' }, { 'if-match': '"1"', 'if-none-match': '*' }]) {
      const answer = await user.put(panel, { state: {} }, headers as never);
      expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
    }
    expect((await user.put(panel, { state: {}, version: 2 }, { 'if-match': '"1"' })).status).toBe(400);
  });
});

describe('patching a panel', () => {
  it('takes an envelope, or a bare patch with If-Match', async () => {
    await user.post(panel, { initialState: { list: [1] } });
    const envelope = await user.patch(panel, {
      patches: [{ op: 'add', path: '/list/-', value: 2 }],
      version: 1,
    });
    expect(envelope.status).toBe(200);
    expect(envelope.body).toEqual({
      success: true,
      version: 2,
      appliedPatches: 1,
      merged: false,
      updatedAt: expect.any(String),
    });

    const bare = await user.patch(panel, [{ op: 'remove', path: '/list/0' }], {
      'content-type': 'application/json-patch+json; charset=utf-8',
      'if-match': '"2"',
    });
    expect([bare.status, bare.body.version]).toEqual([200, 3]);
    expect((await user.get(panel)).body.state).toEqual({ list: [2] });
  });

  it('changes nothing when one operation cannot be applied, and says which', async () => {
    await user.post(panel, { initialState: { a: 1 } });
    const patches = [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/a', value: 3 },
    ];
    const answer = await user.patch(panel, { patches, version: 1 });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ error: 'patch_failed', operationIndex: 1, path: '/a' });
    expect((await user.get(panel)).body).toMatchObject({ state: { a: 1 }, version: 1 });
  });

  it('refuses what is not a patch, and names each operation', async () => {
    await user.post(panel, { initialState: {} });
    const patches = [{ op: 'jump', path: '/a' }, { op: 'add', path: '/a' }, { op: 'remove', path: 'a' }, 7];
    const answer = await user.patch(panel, { patches, version: 1 });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/patches/0/op',
      '/patches/1/value',
      '/patches/2/path',
      '/patches/3',
    ]);
  });

  it('refuses more operations than the limit, other content types, and a result that is no object', async () => {
    await user.post(panel, { initialState: { n: 0 } });
    const many = Array.from({ length: 1001 }, () => ({ op: 'test', path: '/n', value: 0 }));
    expect((await user.patch(panel, { patches: many, version: 1 })).body.error).toBe('patch_too_large');

    const text = await user.patch(panel, '[]', { 'content-type': 'text/plain' });
    expect([text.status, text.body.error]).toEqual([415, 'unsupported_media_type']);

    const root = await user.patch(panel, { patches: [{ op: 'replace', path: '', value: 1 }], version: 1 });
    expect([root.status, root.body.error]).toEqual([422, 'unsupported_value']);
  });
});

describe('deleting a panel', () => {
  it('leaves its history, and goes on counting when it is created again', async () => {
    await user.post(panel, { initialState: { n: 1 } });
    const stale = await user.delete(panel, { 'if-match': '"7"' });
    expect([stale.status, stale.body.error]).toEqual([412, 'precondition_failed']);

    const answer = await user.delete(panel, { 'if-match': '"1"' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await user.get(panel)).status).toBe(404);
    expect((await user.get(panel, { 'cache-control': 'no-cache' })).status).toBe(404);
    expect((await user.delete(panel)).status).toBe(404);

    expect((await user.post(panel, { initialState: { n: 2 } })).body.version).toBe(3);
    const { history, totalChanges } = (await user.get(`${panel}/history`)).body;
    expect(totalChanges).toBe(3);
    expect(history.map(({ changeType }: { changeType: string }) => changeType)).toEqual([
      'created',
      'deleted',
      'created',
    ]);
  });
});

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
      triggeredBy: 'ai',
      triggerSource: null,
      actor: expect.stringMatching(/^user-/),
      changeSizeBytes: expect.any(Number),
      occurredAt: expect.any(String),
    });
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

describe('merging', () => {
  const patchAt = (version: number, ...patches: object[]) => user.patch(panel, { patches, version });

  it('lets changes of different places both survive, and tells the patch as it was applied', async () => {
    await user.post(panel, { initialState: { list: ['a', 'b'], title: 'x' } });
    await patchAt(1, { op: 'add', path: '/list/0', value: 'first' });
    const answer = await patchAt(1, { op: 'replace', path: '/list/1', value: 'B' });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      version: 3,
      merged: true,
      baseVersion: 1,
      patch: [{ op: 'replace', path: '/list/2', value: 'B' }],
    });
    expect((await user.get(panel)).body.state).toEqual({ list: ['first', 'a', 'B'], title: 'x' });
  });

  it('reports what cannot both stand, and lets the caller overwrite it', async () => {
    await user.post(panel, { initialState: { title: 'x' } });
    await patchAt(1, { op: 'replace', path: '/title', value: 'theirs' });
    const operation = { op: 'replace', path: '/title', value: 'yours' };
    const conflict = await patchAt(1, operation);
    expect(conflict.status).toBe(409);
    expect(conflict.body).toMatchObject({
      error: 'merge_conflict',
      currentVersion: 2,
      conflicts: [{ path: '/title', yours: 'yours', theirs: 'theirs' }],
    });

    const body = { patches: [operation], version: 1, onConflict: 'overwrite' };
    expect((await user.patch(panel, body)).body).toMatchObject({ version: 3, merged: true });
    expect((await user.get(panel)).body.state).toEqual({ title: 'yours' });
  });

  it('is not done where the caller asks to be refused, or says the version in If-Match', async () => {
    await user.post(panel, { initialState: {} });
    await patchAt(1, { op: 'add', path: '/a', value: 1 });
    const patches = [{ op: 'add', path: '/b', value: 1 }];
    const rejected = await user.patch(panel, { patches, version: 1, onConflict: 'reject' });
    expect([rejected.status, rejected.body.error]).toEqual([409, 'version_conflict']);
    const conditional = await user.patch(panel, { patches }, { 'if-match': '"1"' });
    expect([conditional.status, conditional.body.error]).toEqual([412, 'precondition_failed']);
    const asked = await user.patch(panel, { patches, onConflict: 'merge' }, { 'if-match': '"1"' });
    expect([asked.status, asked.body.merged]).toEqual([200, true]);
  });

  it('is refused for a version that the panel has not reached, or that belongs to a deleted panel', async () => {
    await user.post(panel, { initialState: {} });
    expect((await patchAt(9, { op: 'add', path: '/a', value: 1 })).body.error).toBe('version_conflict');
    await user.delete(panel);
    await user.post(panel, { initialState: {} });
    expect((await patchAt(1, { op: 'add', path: '/a', value: 1 })).body.error).toBe('version_conflict');
  });

  it('merges a whole replacement by what it changed', async () => {
    await user.post(panel, { initialState: { a: 1, b: 1 } });
    await patchAt(1, { op: 'replace', path: '/a', value: 2 });
    const answer = await user.put(panel, { state: { a: 1, b: 2 }, version: 1, onConflict: 'merge' });
    expect(answer.status).toBe(200);
    expect((await user.get(panel)).body.state).toEqual({ a: 2, b: 2 });
  });

  it('reaches back over many versions', async () => {
    await user.post(panel, { initialState: { n: 0, other: 0 } });
    for (let version = 1; version <= 120; version++) {
      await patchAt(version, { op: 'replace', path: '/n', value: version });
    }
    const answer = await patchAt(3, { op: 'replace', path: '/other', value: 1 });
    expect(answer.body).toMatchObject({ version: 122, merged: true, baseVersion: 3 });
    expect((await user.get(panel)).body.state).toEqual({ n: 120, other: 1 });
  });
});

describe('a merge patch', () => {
  const type = { 'content-type': 'application/merge-patch+json' };

  it('updates parts, and needs to know its version', async () => {
    await user.post(panel, { initialState: { a: { b: 1, c: 2 }, d: [1] } });
    const answer = await user.patch(panel, { a: { b: null, e: 3 }, d: 'x' }, { ...type, 'if-match': '"1"' });
    expect(answer.status).toBe(200);
    expect((await user.get(panel)).body.state).toEqual({ a: { c: 2, e: 3 }, d: 'x' });

    expect((await user.patch(panel, { f: 1 }, type)).status).toBe(428);
    const merged = await user.patch(`${panel}?version=1`, { f: 1 }, type);
    expect([merged.status, merged.body.merged]).toEqual([200, true]);
    expect((await user.patch(panel, '[1]', { ...type, 'if-match': '*' })).status).toBe(422);
  });
});

describe('an idempotency key', () => {
  it('makes a retry answer with the first result and change nothing', async () => {
    const key = { 'idempotency-key': 'create-1' };
    const first = await user.post(panel, { initialState: { n: 1 } }, key);
    const again = await user.post(panel, { initialState: { n: 1 } }, key);
    expect([again.status, again.body]).toEqual([201, first.body]);

    const patch = { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 1 };
    const retries = await Promise.all(
      Array.from({ length: 10 }, () => user.patch(panel, patch, { 'idempotency-key': 'inc-1' })),
    );
    expect(new Set(retries.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await user.get(panel)).body).toMatchObject({ version: 2, state: { n: 2 } });

    const deletion = { 'idempotency-key': 'delete-1', 'if-match': '"2"' };
    expect((await user.delete(panel, deletion)).status).toBe(204);
    expect((await user.delete(panel, deletion)).status).toBe(204);
  });

  it('must be of a sensible length', async () => {
    const answer = await user.post(panel, { initialState: {} }, { 'idempotency-key': 'x'.repeat(256) });
    expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
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
    expect(answer.body).toEqual({ success: true, version: 3, revertedTo: 1, updatedAt: expect.any(String) });
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
