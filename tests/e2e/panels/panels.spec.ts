import { eventually } from '@nexus-state/state-core/testing';
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
      revision: 1,
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
    ['changes', 400],
    ['x'.repeat(255), 201],
    ['A.z_0~:-', 201],
  ])('judges the panel id %s', async (panelId, status) => {
    const answer = await user.post(`/api/state/ws/${panelId}`, { initialState: {} });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error).toBe('invalid_id');
  });

  it.each([
    ['{"initialState":{"a":{"b":"x\\u0000"}}}', 422, 'unsupported_value', '/initialState/a/b'],
    ['{"initialState":{"\\ud800":1}}', 422, 'unsupported_value', '/initialState/\ud800'],
    ['{"initialState":{"n":9007199254740993}}', 422, 'unsupported_value', '/initialState/n'],
    ['{"initialState":{"n":1e-400}}', 422, 'unsupported_value', '/initialState/n'],
    ['{"initialState":{"n":1e400}}', 422, 'unsupported_value', '/initialState/n'],
  ])(
    'refuses %s, which could not be given back unchanged, and points into the body',
    async (body, status, error, pointer) => {
      const answer = await user.post(panel, body);
      expect(answer.status).toBe(status);
      expect(answer.body.error).toBe(error);
      expect(JSON.stringify(answer.body.pointer)).toBe(JSON.stringify(pointer));
      expect((await user.get(panel)).status).toBe(404);
    },
  );

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
  /** Reads the panel until the answer comes from the cache: a copy is kept beside the answer to the write. */
  const cachedAnswer = () =>
    eventually(async () => {
      const answer = await user.get(panel);
      return answer.headers.get('x-cache') === 'hit' ? answer : undefined;
    }, 'an answer from the cache');

  it('answers with the state in canonical form, from cache after the first change', async () => {
    await user.post(panel, { initialState: { b: 1, a: { d: [1, null], c: 'x' } } });
    const answer = await cachedAnswer();

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.text).toContain('"state":{"a":{"c":"x","d":[1,null]},"b":1}');
    expect(Object.keys(answer.body)).toEqual(['panelId', 'workspaceId', 'state', 'version', 'updatedAt']);
  });

  it('gives the same bytes from the database as from the cache', async () => {
    await user.post(panel, { initialState: { z: 1, aa: 2, A: 1.5e-9 } });
    const cached = await cachedAnswer();
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

  it('answers 404 for a panel that is not there, and for one of another user', async () => {
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
    expect(answer.body).toEqual({ success: true, version: 2, revision: 2, updatedAt: expect.any(String) });
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
