import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, planted, testToken } from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

/** A record as the route gives it. */
interface AuditItem {
  readonly requestId: string;
  readonly owner: string;
  readonly [fact: string]: unknown;
}

let stack: TestStack;
let api: ServiceProcess;
let admin: ApiClient;
let subject: string;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ AUDIT_SINK: 'postgres' });
  api = await stack.start('state-api');
  admin = stack.client(api, 'auditor', { scope: 'state:admin' });
});
beforeEach(() => {
  subject = `agent-${randomUUID()}`;
  user = stack.client(api, subject);
});
afterAll(() => stack?.close());

/** The records that one door has of this test's user, oldest first, once there are so many. */
async function recorded(door: string, count: number): Promise<AuditItem[]> {
  const found = await eventually(async () => {
    const { body } = await admin.get(`/api/audit?limit=1000&actor=${subject}`);
    const records: AuditItem[] = body.records.filter((record: AuditItem) => record['door'] === door);
    return records.length >= count ? records : undefined;
  }, `${count} records of the door ${door}`);
  return found.reverse();
}

const factsOf = ({ action, resource, version, outcome }: AuditItem) => [action, resource, version, outcome];
const ofLamp = { workspaceId: 'ws', panelId: 'lamp' };
const ofWs = { workspaceId: 'ws' };

async function connect(era: 'modern' | 'legacy', headers: Record<string, string>): Promise<Client> {
  const info = { name: 'spec', version: '1.0.0' };
  const client = new Client(info, era === 'modern' ? { versionNegotiation: { mode: 'auto' } } : {});
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit: { headers } }),
  );
  return client;
}

describe.each(['modern', 'legacy'] as const)('the audit log, of a client of the %s protocol', (era) => {
  it('has each call of a tool, with its outcome, and never a value', async () => {
    await user.post('/api/state/ws/lamp', { initialState: { color: 'green' } });
    const requestId = `mcp-${randomUUID()}`;
    const client = await connect(era, { ...user.authorization, 'x-request-id': requestId });
    const call = (name: string, args: object) => client.callTool({ name, arguments: { ...args } });
    const patches = [{ op: 'replace', path: '/color', value: planted('color') }];
    const lamp = { workspace: 'ws', panel: 'lamp' };
    try {
      await client.listTools();
      await call('read_panel', lamp);
      await call('read_panel', { ...lamp, version: 1, pointer: '/color' });
      await call('change_panel', { ...lamp, version: 1, patches });
      await call('change_panel', { ...lamp, version: 9, patches });
      await call('change_panel', { ...lamp, patches: planted('patches') });
      await call('read_panel', { ...lamp, panel: 'missing' });
      await call('list_panels', { workspace: 'ws' });
      await call('search', { workspace: 'ws', query: planted('query') });
      await call('get_history', lamp);
      await call('begin_turn', { workspace: 'ws', agent: 'gardener' });
    } finally {
      await client.close();
    }
    const records = await recorded('mcp', 10);
    expect(records.map(factsOf)).toEqual([
      ['read', ofLamp, 1, 'ok'],
      ['read', ofLamp, 1, 'ok'],
      ['write', ofLamp, 2, 'ok'],
      ['write', ofLamp, undefined, 'version_conflict'],
      ['write', ofLamp, undefined, 'validation_failed'],
      ['read', { ...ofWs, panelId: 'missing' }, undefined, 'not_found'],
      ['list', ofWs, undefined, 'ok'],
      ['query', ofWs, undefined, 'ok'],
      ['read', ofLamp, undefined, 'ok'],
      ['write', ofWs, undefined, 'ok'],
    ]);
    for (const record of records) expect([record.requestId, record.owner]).toEqual([requestId, subject]);
  });

  it('has resources, and the owner of a shared workspace', async () => {
    const owner = `owner-${randomUUID()}`;
    const sharing = stack.client(api, owner);
    await sharing.put('/api/state/ws/lamp', { state: {}, version: 0 });
    await sharing.put(`/api/workspaces/ws/members/${subject}`, { role: 'viewer' });
    const client = await connect(era, user.authorization);
    const patches = [{ op: 'add', path: '/n', value: 1 }];
    try {
      await client.listResources();
      await client.readResource({ uri: 'nexus://ws/lamp' });
      await client.readResource({ uri: 'nexus://ws/none' }).catch(() => undefined);
      await client.callTool({
        name: 'change_panel',
        arguments: { workspace: 'ws', panel: 'lamp', version: 1, patches },
      });
    } finally {
      await client.close();
    }
    const records = await recorded('mcp', 5);
    // The client asks for a page of each workspace.
    expect(records.map(factsOf)).toEqual([
      ['list', {}, undefined, 'ok'],
      ['list', {}, undefined, 'ok'],
      ['read', ofLamp, 1, 'ok'],
      ['read', { ...ofWs, panelId: 'none' }, undefined, 'not_found'],
      ['write', ofLamp, undefined, 'forbidden'],
    ]);
    expect(records[2]?.owner).toBe(owner);
  });
});

describe('the audit log', () => {
  it('has subscriptions to resources', async () => {
    await user.post('/api/state/ws/lamp', { initialState: {} });
    const client = await connect('legacy', user.authorization);
    await client.subscribeResource({ uri: 'nexus://ws/lamp' });
    await client.close();
    expect((await recorded('mcp', 1)).map(factsOf)).toEqual([['watch', ofLamp, 1, 'ok']]);
  });

  it('has messages that are refused before they reach a tool', async () => {
    const writer = stack.client(api, subject, { scope: 'state:write' });
    expect((await writer.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(403);
    expect((await recorded('mcp', 1)).map(factsOf)).toEqual([['read', {}, undefined, 'forbidden']]);
  });

  it('has the streams of AG-UI, begun and refused', async () => {
    await user.post('/api/state/ws/lamp', { initialState: { color: planted('color') } });
    await followEvents(`${api.url}/api/state/ws/lamp/ag-ui`, testToken(subject), 1);
    expect((await user.get('/api/state/ws/missing/ag-ui')).status).toBe(404);
    expect((await recorded('sse', 2)).map(factsOf)).toEqual([
      ['watch', ofLamp, 1, 'ok'],
      ['watch', { ...ofWs, panelId: 'missing' }, undefined, 'not_found'],
    ]);
  });
});
