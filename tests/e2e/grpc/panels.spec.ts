import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, json, value } from './client';

let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  ann = new GrpcClient(api);
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
});

const at = (panelId = `p-${randomUUID()}`, workspaceId = 'ws') => ({ workspaceId, panelId });

async function created(state: object = { n: 1 }) {
  const place = at();
  expect(await ann.call('create', { ...place, initialStateJson: json(state) })).toMatchObject({ code: 'OK' });
  return place;
}

describe('panels over gRPC', () => {
  it('are created, read, replaced, patched, merged, reverted and deleted, with their history', async () => {
    const place = at();
    const { response: made } = await ann.call('create', {
      ...place,
      initialStateJson: json({ $state: { on: false } }),
      triggeredBy: 'system',
      triggerSource: 'a spec',
    });
    expect(made).toMatchObject({ ...place, version: 1, updatedAt: expect.stringMatching(/^20.*Z$/) });
    const { response: read } = await ann.call('get', place);
    expect(value(read.stateJson)).toEqual({ $state: { on: false } });
    expect(read).toMatchObject({ ...place, version: 1, updatedAt: made.updatedAt, history: [] });

    const put = await ann.call('put', { ...place, stateJson: json({ n: 1, list: [1] }), version: 1 });
    expect(put.response).toMatchObject({ version: 2, created: false, revision: made.revision + 1 });
    const patches = json([{ op: 'inc', path: '/n', value: 4 }]);
    const patched = await ann.call('patch', { ...place, patchesJson: patches, version: 2 });
    expect(patched.response).toMatchObject({ version: 3, appliedPatches: 1, merged: false });
    const merged = await ann.call('patch', {
      ...place,
      mergePatchJson: json({ list: null, b: true }),
      version: 2,
    });
    expect(merged.response).toMatchObject({ version: 4, merged: true, baseVersion: 2 });
    expect(value(merged.response.patchJson)).toEqual(
      expect.arrayContaining([{ op: 'remove', path: '/list' }]),
    );
    expect(value((await ann.call('get', place)).response.stateJson)).toEqual({ n: 5, b: true });

    const reverted = await ann.call('revert', { ...place, targetVersion: 2 });
    expect(reverted.response).toMatchObject({ version: 5, revertedTo: 2 });
    const part = await ann.call('get', { ...place, path: '/list/0', version: 2 });
    expect(value(part.response.stateJson)).toBe(1);
    const deleted = await ann.call('delete', { ...place, version: 5 });
    expect(deleted.response).toMatchObject({ version: 6 });

    const { response: history } = await ann.call('getHistory', { ...place, limit: 10 });
    expect(history).toMatchObject({ panelId: place.panelId, totalChanges: 6 });
    expect(history.history.map(({ changeType, version }: never) => `${changeType} ${version}`)).toEqual([
      'CHANGE_TYPE_DELETED 6',
      'CHANGE_TYPE_REVERTED 5',
      'CHANGE_TYPE_UPDATED 4',
      'CHANGE_TYPE_UPDATED 3',
      'CHANGE_TYPE_UPDATED 2',
      'CHANGE_TYPE_CREATED 1',
    ]);
    expect(history.history.at(-1)).toMatchObject({
      actor: 'ann',
      triggeredBy: 'system',
      triggerSource: 'a spec',
      previousVersion: 0,
      patchJson: json([{ op: 'add', path: '', value: { $state: { on: false } } }]),
    });
  });

  it('answer as HTTP does', async () => {
    const place = await created({ z: 1, a: [1.5, 'ü'] });
    const http = stack.client(api, 'ann');
    const { text, body } = await http.get(`/api/state/ws/${place.panelId}?include_history=true`);
    const { response } = await ann.call('get', { ...place, includeHistory: true });
    expect(text).toContain(response.stateJson.toString());
    expect(response).toMatchObject({ version: body.version, updatedAt: body.updatedAt });
    expect(response.history).toHaveLength(1);
    expect(response.history[0]).toMatchObject({
      id: body.history[0].id,
      occurredAt: body.history[0].occurredAt,
    });
  });

  it('are created by Put at version 0, and under if-none-match', async () => {
    const one = at();
    const put = await ann.call('put', { ...one, stateJson: json({}), version: 0 });
    expect(put).toMatchObject({ code: 'OK', response: { created: true, version: 1 } });
    const other = await ann.call('put', { ...at(), stateJson: json({}) }, { 'if-none-match': '*' });
    expect(other).toMatchObject({ code: 'OK', response: { created: true } });
  });

  it('take any version with if-match: *', async () => {
    const place = await created();
    expect(await ann.call('put', { ...place, stateJson: json({}) }, { 'if-match': '*' })).toMatchObject({
      code: 'OK',
      response: { version: 2 },
    });
  });

  it('come from where the metadata says, and from past instants', async () => {
    const place = await created();
    const { response } = await ann.call('get', place);
    await ann.call('put', { ...place, stateJson: json({}), version: 1 });
    const past = await ann.call('get', { ...place, at: response.updatedAt });
    expect(past.response).toMatchObject({ version: 1, cache: 'bypass' });
    expect((await ann.call('get', { ...place, noCache: true })).response).toMatchObject({
      version: 2,
      cache: 'bypass',
    });
    // A copy is kept beside the response to the write.
    const copy = async () => {
      const { response } = await ann.call('get', place);
      return response.cache === 'hit' && response;
    };
    expect(await eventually(copy, 'a response from the cache')).toMatchObject({ version: 2 });
  });

  it('of large states are whole', async () => {
    const state = { list: Array.from({ length: 40_000 }, (_, n) => `value ${n}`) };
    const place = await created(state);
    const { response } = await ann.call('get', { ...place, noCache: true });
    expect(value(response.stateJson)).toEqual(state);
    const patches = json([{ op: 'replace', path: '/list/7', value: 'new' }]);
    expect(await ann.call('patch', { ...place, patchesJson: patches, version: 1 })).toMatchObject({
      code: 'OK',
    });
  });
});

describe('transactions over gRPC', () => {
  it('change several panels at once', async () => {
    const [one, two, three] = [await created(), await created(), at()];
    const { code, response } = await ann.call('transact', {
      workspaceId: 'ws',
      operations: [
        { check: { panelId: one.panelId, version: 1 } },
        { patch: { panelId: one.panelId, patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]) } },
        { delete: { panelId: two.panelId, version: 1 } },
        { set: { panelId: three.panelId, stateJson: json({ made: true }), version: 0 } },
      ],
    });
    expect(code).toBe('OK');
    expect(response.panels).toEqual([
      { panelId: one.panelId, version: 2 },
      { panelId: two.panelId, version: 2 },
      { panelId: three.panelId, version: 1 },
    ]);
  });

  it('name the operation that fails', async () => {
    const one = await created();
    const operations = [
      { set: { panelId: at().panelId, stateJson: json({}) } },
      { check: { panelId: one.panelId, version: 7 } },
    ];
    expect(await ann.call('transact', { workspaceId: 'ws', operations })).toMatchObject({
      code: 'ABORTED',
      problem: { code: 'version_conflict', facts: { transactionIndex: 1, currentVersion: 1 } },
    });
  });
});

describe('an idempotency key', () => {
  it('has a repeated call answered as the first one', async () => {
    const place = await created();
    const key = { 'idempotency-key': randomUUID() };
    const patch = { ...place, patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]), version: 1 };
    const first = await ann.call('patch', patch, key);
    const second = await ann.call('patch', patch, key);
    expect([first.response.version, second.response.version]).toEqual([2, 2]);
    expect(await ann.call('patch', { ...patch, version: 2 }, key)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      problem: { code: 'idempotency_key_reused' },
    });
  });
});

describe('a workspace that is shared', () => {
  it('is reached by its owner in the metadata, also beyond ASCII', async () => {
    const zoe = new GrpcClient(api, testToken('Zoë'));
    const place = at('lamp', 'shared');
    await zoe.call('create', { ...place, initialStateJson: json({}) });
    await stack.client(api, 'Zoë').put('/api/workspaces/shared/members/ann', { role: 'viewer' });
    const owner = { 'x-workspace-owner-bin': Buffer.from('Zoë') };
    expect(await ann.call('get', place, owner)).toMatchObject({ code: 'OK', response: { version: 1 } });
    expect(await ann.call('delete', place, owner)).toMatchObject({
      code: 'PERMISSION_DENIED',
      problem: { code: 'forbidden', facts: { requiredRole: 'editor' } },
    });
    expect(await ann.call('get', place, { ...owner, 'x-workspace-owner': 'bob' })).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    zoe.close();
  });
});

describe('the id of a request', () => {
  it('is that of the caller, or a new one, at the beginning and in refusals', async () => {
    const place = await created();
    const { head } = await ann.call('get', place, { 'x-request-id': 'mine-1' });
    expect(head.get('x-request-id')).toEqual(['mine-1']);
    expect((await ann.call('get', place)).head.get('x-request-id')).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
    const { trailers } = await ann.call('get', at(), { 'x-request-id': 'mine-2' });
    expect(trailers.get('x-request-id')).toEqual(['mine-2']);
  });
});
