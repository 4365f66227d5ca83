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
      revision: 2,
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

describe('merging', () => {
  const patchAt = (version: number, ...patches: object[]) => user.patch(panel, { patches, version });

  it('lets changes of different places both survive, and returns the patch as it was applied', async () => {
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

  it('reports a conflict, and lets the caller overwrite it', async () => {
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

  it('merges a whole replacement by what it changed', async () => {
    await user.post(panel, { initialState: { a: 1, b: 1 } });
    await patchAt(1, { op: 'replace', path: '/a', value: 2 });
    const answer = await user.put(panel, { state: { a: 1, b: 2 }, version: 1, onConflict: 'merge' });
    expect(answer.status).toBe(200);
    expect((await user.get(panel)).body.state).toEqual({ a: 2, b: 2 });
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

    const put = { state: { n: 9 }, version: 2 };
    const replaced = await user.put(panel, put, { 'idempotency-key': 'put-1' });
    expect((await user.put(panel, put, { 'idempotency-key': 'put-1' })).body).toEqual(replaced.body);

    const deletion = { 'idempotency-key': 'delete-1', 'if-match': '"3"' };
    expect((await user.delete(panel, deletion)).status).toBe(204);
    expect((await user.delete(panel, deletion)).status).toBe(204);
  });

  it('must be of a sensible length', async () => {
    const answer = await user.post(panel, { initialState: {} }, { 'idempotency-key': 'x'.repeat(256) });
    expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
  });
});
