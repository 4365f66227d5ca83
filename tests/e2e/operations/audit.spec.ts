import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiClient,
  GitClient,
  type ServiceProcess,
  TestStack,
  planted,
  testToken,
} from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';
import { GrpcClient, json } from '../grpc/client';

/** A record as the route gives it. */
interface AuditItem {
  readonly time: string;
  readonly actor: string;
  readonly requestId: string;
  readonly [fact: string]: unknown;
}

const panel = '/api/state/ws/lamp';

describe.each(['file', 'postgres'])('the audit log in %s', (sink) => {
  let stack: TestStack;
  let api: ServiceProcess;
  let gateway: ServiceProcess;
  let admin: ApiClient;
  let subject: string;
  let user: ApiClient;

  beforeAll(async () => {
    stack = await TestStack.create({ AUDIT_SINK: sink, SNAPSHOT_WAIT: '30s' });
    [api, gateway] = await Promise.all([
      stack.start('state-api'),
      stack.start('realtime-gateway'),
      stack.start('snapshot-worker'),
    ]);
    admin = stack.client(api, 'auditor', { scope: 'state:admin' });
  });
  beforeEach(() => {
    subject = `user-${randomUUID()}`;
    user = stack.client(api, subject);
  });
  afterAll(() => stack?.close());

  /** The records of this test's user, oldest first, once there are so many. */
  const recorded = async (count: number): Promise<AuditItem[]> => {
    const all = await eventually(async () => {
      const { body } = await admin.get(`/api/audit?limit=1000&actor=${subject}`);
      const found: AuditItem[] = body.records;
      return found.length >= count && found;
    }, `${count} records`);
    return [...(all as AuditItem[])].reverse();
  };
  /** Without what differs each time. */
  const facts = (items: readonly AuditItem[]) =>
    items.map(({ time: _time, actor: _actor, owner: _owner, requestId: _id, ...rest }) => rest);
  const ofPanel = (panelId = 'lamp') => ({ workspaceId: 'ws', panelId });

  it('says who did what, with which version and outcome, under the id of the request', async () => {
    const id = { 'x-request-id': `request-${randomUUID()}` };
    await user.put(panel, { state: { text: planted('state') }, version: 0 }, id);
    const [record] = await recorded(1);
    expect(record).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      actor: subject,
      owner: subject,
      door: 'http',
      action: 'write',
      resource: ofPanel(),
      version: 1,
      outcome: 'ok',
      requestId: id['x-request-id'],
    });
  });

  it('has every kind of request about panels', async () => {
    const http = { door: 'http', outcome: 'ok' };
    const write = { ...http, action: 'write' };
    const ofLamp = { resource: ofPanel() };
    const ofWs = { resource: { workspaceId: 'ws' } };
    await user.post(panel, { initialState: { n: 1 } });
    await user.get(panel);
    await user.get(panel, { 'if-none-match': '"1"' });
    await user.patch(panel, { version: 1, patches: [{ op: 'inc', path: '/n', value: 1 }] });
    await user.get(`${panel}/history`);
    await user.get(`${panel}/blame`);
    await user.post(`${panel}/revert`, { targetVersion: 1 });
    await user.get('/api/state/ws');
    await user.post('/api/state/ws/query', { contains: { n: 1 } });
    await user.get('/api/state/ws/changes');
    await user.get('/api/state/ws/snapshot');
    await user.post('/api/snapshots/ws', {});
    await user.get('/api/snapshots/ws');
    await user.get('/api/workspaces/ws');
    await user.get('/api/workspaces');
    await user.delete(panel, { 'if-match': '*' });
    expect(facts(await recorded(16))).toEqual([
      { ...write, ...ofLamp, version: 1 },
      { ...http, action: 'read', ...ofLamp, version: 1 },
      { ...http, action: 'read', ...ofLamp, version: 1 },
      { ...write, ...ofLamp, version: 2 },
      { ...http, action: 'read', ...ofLamp },
      { ...http, action: 'read', ...ofLamp },
      { ...write, ...ofLamp, version: 3 },
      { ...http, action: 'list', ...ofWs },
      { ...http, action: 'query', ...ofWs },
      { ...http, action: 'read', ...ofWs },
      { ...http, action: 'read', ...ofWs },
      { ...write, ...ofWs },
      { ...http, action: 'list', ...ofWs },
      { ...http, action: 'read', ...ofWs },
      { ...http, action: 'list', resource: {} },
      { ...write, ...ofLamp, version: 4 },
    ]);
  });

  it('has a record of each panel and key of a transaction', async () => {
    const operations = [
      { op: 'set', panelId: 'a', state: { n: 1 } },
      { op: 'set', panelId: 'b', state: {} },
      { op: 'patch', panelId: 'a', patches: [{ op: 'add', path: '/n', value: 2 }] },
    ];
    await user.post('/api/state/ws/transaction', { operations });
    await user.post('/api/state/ws/transaction', {
      operations: [
        { op: 'check', panelId: 'a', version: 9 },
        { op: 'delete', panelId: 'b' },
      ],
    });
    await user.post('/api/kv', {
      transaction: [{ set: { key: '/k', value: planted('value') } }, { set: { key: 'flat:1', value: 2 } }],
    });
    const write = { door: 'http', action: 'write' };
    const refused = { ...write, outcome: 'version_conflict' };
    expect(facts(await recorded(6))).toEqual([
      { ...write, outcome: 'ok', resource: ofPanel('a'), version: expect.any(Number) },
      { ...write, outcome: 'ok', resource: ofPanel('b'), version: 1 },
      { ...refused, action: 'read', resource: ofPanel('a') },
      { ...refused, resource: ofPanel('b') },
      { ...write, outcome: 'ok', resource: { key: '/k' }, version: 1 },
      { ...write, outcome: 'ok', resource: { key: 'flat:1' }, version: 1 },
    ]);
  });

  it('has what keys are asked for, by both spellings', async () => {
    await user.put('/api/kv/a/b', { value: planted('value') });
    await user.get('/api/kv/a/b');
    await user.get('/state/%2Fa%2Fb');
    await user.get('/api/kv?prefix=/a/');
    await user.delete('/api/kv/a/b');
    const http = { door: 'http', outcome: 'ok' };
    const ofKey = { resource: { key: '/a/b' } };
    expect(facts(await recorded(5))).toEqual([
      { ...http, action: 'write', ...ofKey, version: 1 },
      { ...http, action: 'read', ...ofKey, version: 1 },
      { ...http, action: 'read', ...ofKey, version: 1 },
      { ...http, action: 'list', resource: { key: '/a/*' } },
      { ...http, action: 'write', ...ofKey, version: 2 },
    ]);
  });

  it('has what was refused, with the code', async () => {
    await user.put(panel, { state: {}, version: 0 });
    const stranger = stack.client(api, subject, { scope: 'state:read' });
    await user.put(panel, { state: {}, version: 7 });
    await user.get('/api/state/ws/missing');
    await stranger.delete(panel);
    await user.put(panel, { [planted('field')]: 1 });
    await stack.client(api, subject).get(`${panel}?owner=nobody`);
    const outcomes = (await recorded(6)).map(({ action, outcome, version }) => [action, outcome, version]);
    expect(outcomes).toEqual([
      ['write', 'ok', 1],
      ['write', 'version_conflict', undefined],
      ['read', 'not_found', undefined],
      ['write', 'forbidden', undefined],
      ['write', 'validation_failed', undefined],
      ['read', 'not_found', undefined],
    ]);
  });

  it('has the owner of a shared workspace', async () => {
    const owner = `owner-${randomUUID()}`;
    const sharing = stack.client(api, owner);
    await sharing.put(panel, { state: {}, version: 0 });
    await sharing.put(`/api/workspaces/ws/members/${subject}`, { role: 'viewer' });
    await user.get(`${panel}?owner=${owner}`);
    expect(await recorded(1)).toEqual([expect.objectContaining({ actor: subject, owner, outcome: 'ok' })]);
  });

  it('has streams and clones', async () => {
    await user.put(panel, { state: {}, version: 0 });
    await user.put('/api/kv/k', { value: 1 });
    await user.post('/api/snapshots/ws', {});
    await followEvents(`${api.url}/api/state/ws/changes`, testToken(subject), 1);
    await followEvents(`${api.url}/api/watch?pattern=/k&since=0`, testToken(subject), 1);
    const git = new GitClient();
    try {
      const address = api.url.replace('//', `//me:${testToken(subject)}@`);
      await git.run(['clone', `${address}/git/ws.git`, 'ws']);
    } finally {
      git.remove();
    }
    const found = await recorded(6);
    const seen = facts(found.slice(3));
    expect(seen[0]).toEqual({ door: 'sse', action: 'watch', outcome: 'ok', resource: { workspaceId: 'ws' } });
    expect(seen[1]).toEqual({ door: 'sse', action: 'watch', outcome: 'ok', resource: { key: '/k' } });
    expect(seen.slice(2)).toContainEqual({
      door: 'git',
      action: 'read',
      outcome: 'ok',
      resource: { workspaceId: 'ws' },
    });
  });

  it('has what is asked for over Socket.IO and plain WebSockets, but for presence', async () => {
    await user.put(panel, { state: { n: 1 }, version: 0 });
    const live = await LiveClient.connect(gateway, subject);
    const plain = await WebSocketClient.connect(gateway, subject);
    const patches = (version: number) => ({
      version,
      patches: [{ op: 'add', path: '/n', value: planted('n') }],
    });
    try {
      await live.ask('subscribe', { workspaceId: 'ws', panelId: 'lamp' });
      await live.ask('presence', { workspaceId: 'ws', panelId: 'lamp', data: { text: planted('presence') } });
      await live.ask('patch', { workspaceId: 'ws', panelId: 'lamp', ...patches(1) });
      await live.ask('watch', { pattern: '/k/*' });
      await plain.ask({ type: 'subscribe', panelId: '*' });
      await plain.ask({ type: 'patch', panelId: 'lamp', ...patches(2) });
      await plain.ask({ type: 'patch', panelId: 'lamp', ...patches(99) });
      await plain.ask({ type: 'watch', pattern: 'k' });
    } finally {
      live.close();
      plain.close();
    }
    const found = facts((await recorded(8)).slice(1));
    const ofDoor = (door: string) => found.filter((one) => one['door'] === door);
    const lamp = { resource: ofPanel() };
    expect(ofDoor('socket.io')).toEqual([
      { door: 'socket.io', action: 'watch', outcome: 'ok', ...lamp, version: 1 },
      { door: 'socket.io', action: 'write', outcome: 'ok', ...lamp, version: 2 },
      { door: 'socket.io', action: 'watch', outcome: 'ok', resource: { key: '/k/*' } },
    ]);
    expect(ofDoor('websocket')).toEqual([
      { door: 'websocket', action: 'watch', outcome: 'ok', resource: { workspaceId: 'ws' } },
      { door: 'websocket', action: 'write', outcome: 'ok', ...lamp, version: 3 },
      { door: 'websocket', action: 'write', outcome: 'version_conflict', ...lamp },
      { door: 'websocket', action: 'watch', outcome: 'ok', resource: { key: 'k' } },
    ]);
  });

  it('has calls and streams over gRPC', async () => {
    const client = new GrpcClient(api, testToken(subject));
    const place = { workspaceId: 'ws', panelId: 'lamp' };
    const id = `grpc-${randomUUID()}`;
    await client.call('create', { ...place, initialStateJson: json({}) }, { 'x-request-id': id });
    await client.call('get', place);
    await client.call('get', { ...place, panelId: 'missing' });
    await client.call('putKey', { key: '/k', valueJson: json(planted('value')) });
    await client.call('getKey', { key: '/k' });
    await client.call('listKeys', { prefix: '/' });
    await client.call('transact', {
      workspaceId: 'ws',
      operations: [{ delete: { panelId: 'lamp' } }, { set: { panelId: 'fan', stateJson: json({}) } }],
    });
    const keys = [
      { check: { key: '/k', version: 1 } },
      { set: { key: '/k', valueJson: json(planted('value')) } },
      { set: { key: '/l', valueJson: json(1), sensitive: false } },
    ];
    await client.call('transactKeys', { operations: keys });
    const watching = client.watch('watchKeys', { pattern: '*' });
    const found = await recorded(11);
    watching.cancel();
    client.close();
    expect(found[0]?.requestId).toBe(id);
    const grpc = { door: 'grpc', outcome: 'ok' };
    expect(facts(found)).toEqual([
      { ...grpc, action: 'write', resource: ofPanel(), version: 1 },
      { ...grpc, action: 'read', resource: ofPanel(), version: 1 },
      { ...grpc, action: 'read', resource: ofPanel('missing'), outcome: 'not_found' },
      { ...grpc, action: 'write', resource: { key: '/k' }, version: 1 },
      { ...grpc, action: 'read', resource: { key: '/k' }, version: 1 },
      { ...grpc, action: 'list', resource: { key: '/*' } },
      { ...grpc, action: 'write', resource: ofPanel(), version: 2 },
      { ...grpc, action: 'write', resource: ofPanel('fan'), version: 1 },
      { ...grpc, action: 'write', resource: { key: '/k' }, version: 2 },
      { ...grpc, action: 'write', resource: { key: '/l' }, version: 1 },
      { ...grpc, action: 'watch', resource: { key: '*' } },
    ]);
  });
});
