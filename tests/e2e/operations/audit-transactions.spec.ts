import { eventually } from '@nexus-state/state-core/testing';
import { TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, json } from '../grpc/client';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ AUDIT_SINK: 'postgres' });
});
afterAll(() => stack?.close());

/** A state API with its clients, and what the audit log says of one of them. */
async function aUser(subject: string, settings: Record<string, string> = {}) {
  const api = await stack.start('state-api', settings);
  const admin = stack.client(api, 'auditor', { scope: 'state:admin' });
  const recorded = async (count: number) => {
    const records = await eventually(async () => {
      const { body } = await admin.get(`/api/audit?limit=100&actor=${subject}`);
      return body.records.length >= count && body.records;
    }, `${count} records`);
    return [...(records as Record<string, unknown>[])]
      .reverse()
      .map(({ action, resource, version, outcome }) => {
        return [action, Object.values(resource as object).at(-1), version, outcome];
      });
  };
  return { user: stack.client(api, subject), grpc: new GrpcClient(api, testToken(subject)), recorded };
}

describe('what a transaction only checks', () => {
  it('is on the audit log as read, whether it holds or not', async () => {
    const { user, recorded } = await aUser('ann');
    await user.post('/api/state/ws/a', { initialState: {} });
    await user.put('/api/kv/a', { value: 1 });
    const [checked, wrong] = [1, 9].map((version) => ({ op: 'check', panelId: 'a', version }));
    const set = (panelId: string, version: number) => ({ op: 'set', panelId, state: { n: 1 }, version });
    await user.post('/api/state/ws/transaction', { operations: [checked, set('b', 0)] });
    await user.post('/api/state/ws/transaction', { operations: [wrong, set('c', 0)] });
    await user.post('/api/state/ws/transaction', { operations: [checked, set('a', 1)] });
    const check = (version: number) => ({ check: { key: '/a', version } });
    await user.post('/api/kv', { transaction: [check(1), { set: { key: '/b', value: 2 } }] });
    await user.post('/api/kv', { transaction: [check(7)] });
    await user.post('/api/kv', { transaction: [check(1), { delete: { key: '/a' } }] });
    expect(await recorded(11)).toEqual([
      ['write', 'a', 1, 'ok'],
      ['write', '/a', 1, 'ok'],
      ['read', 'a', 1, 'ok'],
      ['write', 'b', 1, 'ok'],
      ['read', 'a', undefined, 'version_conflict'],
      ['write', 'c', undefined, 'version_conflict'],
      ['write', 'a', 2, 'ok'],
      ['read', '/a', 1, 'ok'],
      ['write', '/b', 1, 'ok'],
      ['read', '/a', undefined, 'version_conflict'],
      ['write', '/a', 2, 'ok'],
    ]);
  });

  it('is on it as read over gRPC, too', async () => {
    const { grpc, recorded } = await aUser('bob');
    const panel = { panelId: 'a', stateJson: json({}), version: 0 };
    await grpc.call('transact', { workspaceId: 'ws', operations: [{ set: panel }] });
    await grpc.call('transact', {
      workspaceId: 'ws',
      operations: [{ check: { panelId: 'a', version: 1 } }, { set: { ...panel, panelId: 'b' } }],
    });
    const set = { key: '/a', valueJson: json(1) };
    await grpc.call('transactKeys', { operations: [{ check: { key: '/b', version: 0 } }, { set }] });
    await grpc.call('transactKeys', { operations: [{ check: { key: '/b', version: 3 } }] });
    grpc.close();
    expect(await recorded(6)).toEqual([
      ['write', 'a', 1, 'ok'],
      ['read', 'a', 1, 'ok'],
      ['write', 'b', 1, 'ok'],
      ['read', '/b', 0, 'ok'],
      ['write', '/a', 1, 'ok'],
      ['read', '/b', undefined, 'version_conflict'],
    ]);
  });

  it('is not on it where reads are not', async () => {
    const { user, recorded } = await aUser('eve', { AUDIT_READS: 'off' });
    const check = { check: { key: '/b', version: 0 } };
    expect((await user.post('/api/kv', { transaction: [check] })).status).toBe(200);
    await user.post('/api/kv', { transaction: [check, { set: { key: '/a', value: 1 } }] });
    expect(await recorded(1)).toEqual([['write', '/a', 1, 'ok']]);
  });
});
