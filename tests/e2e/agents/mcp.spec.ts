import { randomUUID } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/client';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { callTool, connectMcp } from '../clients/mcp-client';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
const clients: Client[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => stack?.close());
beforeEach(async () => {
  user = stack.client(api, `user-${randomUUID()}`);
  await user.post('/api/state/ws/lamp', { initialState: { color: 'green', note: 'the lamp by the pond' } });
  await user.post('/api/state/ws/door', { initialState: { open: false } });
});

async function connect(as: ApiClient, era: 'modern' | 'legacy' = 'modern'): Promise<Client> {
  const client = await connectMcp(api, as, era);
  clients.push(client);
  return client;
}

describe.each(['modern', 'legacy'] as const)('a client of the %s protocol', (era) => {
  it('lists the tools with their arguments and annotations', async () => {
    const { tools } = await (await connect(user, era)).listTools();
    const byName = new Map(tools.map((tool) => [tool.name, tool]));
    for (const name of ['list_panels', 'read_panel', 'search', 'get_context', 'get_history'])
      expect(byName.get(name)?.annotations?.readOnlyHint).toBe(true);
    for (const name of ['change_panel', 'take_snapshot', 'begin_turn', 'end_turn', 'propose_change'])
      expect(byName.get(name)?.annotations?.readOnlyHint).toBe(false);
    expect(byName.get('change_panel')?.inputSchema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['workspace', 'panel', 'patches']),
    });
  });

  it('reads, changes and finds panels', async () => {
    const client = await connect(user, era);
    const workspace = 'ws';
    const listed = await callTool(client, 'list_panels', { workspace });
    expect(listed.body.panels.map(({ panelId }: { panelId: string }) => panelId)).toEqual(['door', 'lamp']);
    const read = await callTool(client, 'read_panel', { workspace, panel: 'lamp' });
    expect(read.body).toMatchObject({ version: 1, state: { color: 'green' } });
    await user.patch('/api/state/ws/lamp', {
      patches: [{ op: 'add', path: '/on', value: true }],
      version: 1,
    });
    const patches = [{ op: 'replace', path: '/color', value: 'red' }];
    const changed = await callTool(client, 'change_panel', { workspace, panel: 'lamp', patches, version: 1 });
    expect(changed.body).toMatchObject({ success: true, version: 3, merged: true, baseVersion: 1 });
    const history = await callTool(client, 'get_history', { workspace, panel: 'lamp', limit: 1 });
    expect(history.body.history).toMatchObject([{ version: 3, triggeredBy: 'ai' }]);
    const found = await callTool(client, 'search', { workspace, query: 'pond' });
    expect(found.body.results[0]).toMatchObject({ panelId: 'lamp', version: 3 });
    const context = await callTool(client, 'get_context', { workspace, budgetTokens: 200 });
    expect(context.body.text).toContain('lamp@3#');
    expect(context.body.tokens).toBeLessThanOrEqual(200);
    const snapshot = await callTool(client, 'take_snapshot', { workspace, description: 'by an agent' });
    expect(snapshot.body.panelCount).toBe(2);
  });

  it('works in a turn, and takes back exactly what the turn did', async () => {
    const client = await connect(user, era);
    const [workspace, panel] = ['ws', 'lamp'];
    const begun = await callTool(client, 'begin_turn', { workspace, agent: 'gardener', panels: ['lamp'] });
    const { turnId } = begun.body;
    const patches = [{ op: 'replace', path: '/color', value: 'red' }];
    const reason = 'Red is seen from the house.';
    const changed = await callTool(client, 'change_panel', {
      ...{ workspace, panel, patches, version: 1, turnId, reason },
    });
    expect(changed.body).toMatchObject({ success: true, version: 2 });
    const elsewhere = await callTool(client, 'change_panel', {
      ...{ workspace, panel: 'door', version: 1, turnId },
      patches: [{ op: 'replace', path: '/open', value: true }],
    });
    expect(elsewhere).toMatchObject({ isError: true, body: { error: 'forbidden' } });
    await user.patch('/api/state/ws/lamp', {
      patches: [{ op: 'add', path: '/on', value: true }],
      version: 2,
    });
    const { body: history } = await user.get('/api/state/ws/lamp/history');
    expect(history.history).toEqual(
      expect.arrayContaining([expect.objectContaining({ version: 2, turnId, provenance: { reason } })]),
    );
    const ended = await callTool(client, 'end_turn', { workspace, turnId, outcome: 'abort' });
    expect(ended.body).toMatchObject({ undone: [{ panelId: 'lamp', version: 4 }], conflicts: [] });
    expect((await user.get('/api/state/ws/lamp')).body.state).toMatchObject({ color: 'green', on: true });
    const again = await callTool(client, 'end_turn', { workspace, turnId, outcome: 'commit' });
    expect(again).toMatchObject({ isError: true, body: { error: 'turn_ended' } });
  });

  it('proposes what people decide, by itself or where a rule asks for it', async () => {
    const client = await connect(user, era);
    const workspace = 'ws';
    const patches = [{ op: 'replace', path: '/color', value: 'red' }];
    const changes = [{ panelId: 'lamp', version: 1, patches }];
    const proposed = await callTool(client, 'propose_change', { workspace, title: 'A red lamp', changes });
    expect(proposed).toEqual({ isError: false, body: { proposalId: expect.any(String), state: 'open' } });
    await user.put('/api/workspaces/ws/approval-rules', [
      { when: { triggeredBy: 'ai', panels: ['lamp'] }, need: 'proposal' },
    ]);
    const held = await callTool(client, 'change_panel', { workspace, panel: 'lamp', patches, version: 1 });
    expect(held).toEqual({ isError: false, body: { proposalId: expect.any(String), state: 'open' } });
    expect((await user.get('/api/state/ws/lamp')).body).toMatchObject({
      version: 1,
      state: { color: 'green' },
    });
    const { body } = await user.get('/api/state/ws/proposals');
    expect(body.proposals.map(({ triggeredBy }: { triggeredBy: string }) => triggeredBy)).toEqual([
      'ai',
      'ai',
    ]);
  });

  it('is told of refusals with their codes and facts, wrong arguments too', async () => {
    const client = await connect(user, era);
    const panel = { workspace: 'ws', panel: 'lamp' };
    await user.put('/api/state/ws/lamp', { state: { color: 'blue' }, version: 1 });
    const patches = [{ op: 'replace', path: '/color', value: 'red' }];
    const conflict = await callTool(client, 'change_panel', { ...panel, patches, version: 1 });
    expect(conflict).toMatchObject({ isError: true, body: { error: 'merge_conflict', currentVersion: 2 } });
    const wrong = await callTool(client, 'change_panel', { ...panel, patches: 'none', colour: 1 });
    expect(wrong).toMatchObject({ isError: true, body: { error: 'validation_failed' } });
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/colour',
      '/patches',
    ]);
    const missing = await callTool(client, 'read_panel', { workspace: 'ws', panel: 'none' });
    expect(missing).toMatchObject({ isError: true, body: { error: 'not_found' } });
    const unknown = await callTool(client, 'no_such_tool', {});
    expect(unknown).toMatchObject({ isError: true, body: { error: 'not_found', tool: 'no_such_tool' } });
  });

  it('lists and reads panels as resources, and is told when one changes', async () => {
    const client = await connect(user, era);
    const uri = 'nexus://ws/lamp';
    const { resources } = await client.listResources();
    const { nextCursor } = await client.listResources();
    const rest =
      nextCursor === undefined ? [] : (await client.listResources({ cursor: nextCursor })).resources;
    expect([...resources, ...rest].map((resource) => resource.uri)).toContain(uri);
    const { contents } = await client.readResource({ uri });
    expect(contents[0]).toMatchObject({ mimeType: 'application/json', _meta: { version: 1 } });
    const told: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void told.push(params.uri),
    );
    if (era === 'modern') await client.listen({ resourceSubscriptions: [uri] });
    else await client.subscribeResource({ uri });
    await user.patch('/api/state/ws/door', {
      patches: [{ op: 'replace', path: '/open', value: true }],
      version: 1,
    });
    await user.patch('/api/state/ws/lamp', {
      patches: [{ op: 'replace', path: '/color', value: 'red' }],
      version: 1,
    });
    await eventually(() => told.length > 0, 'the notification');
    expect(told).toEqual([uri]);
    await expect(client.readResource({ uri: 'nexus://ws/none' })).rejects.toThrow(/none/);
  });

  it('sees and touches nothing beyond the token', async () => {
    const subject = `user-${randomUUID()}`;
    const owner = stack.client(api, subject);
    await owner.post('/api/state/ws/lamp', { initialState: { secret: 'pond' } });
    await owner.post('/api/state/ws/door', { initialState: { open: true } });
    const narrow = await connect(
      stack.client(api, subject, { paths: ['ws/door'], scope: 'state:read' }),
      era,
    );
    const { body } = await callTool(narrow, 'list_panels', { workspace: 'ws' });
    expect(body.panels.map(({ panelId }: { panelId: string }) => panelId)).toEqual(['door']);
    expect((await callTool(narrow, 'read_panel', { workspace: 'ws', panel: 'lamp' })).body.error).toBe(
      'not_found',
    );
    expect((await callTool(narrow, 'search', { workspace: 'ws', query: 'pond' })).body.results).toEqual([]);
    const patches = [{ op: 'replace', path: '/open', value: false }];
    const write = await callTool(narrow, 'change_panel', { workspace: 'ws', panel: 'door', patches });
    expect(write.body).toMatchObject({ error: 'forbidden', requiredScope: 'state:write' });
    await expect(narrow.readResource({ uri: 'nexus://ws/lamp' })).rejects.toThrow();
  });
});

it('refuses clients without a token, and sessions of others', async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api.url}/mcp`, { method: 'POST', body: '{}', headers });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  const other = stack.client(api);
  const { status, body } = await other.get('/mcp', {
    'mcp-session-id': randomUUID(),
    accept: 'text/event-stream',
  });
  expect([status, body.error]).toEqual([404, 'not_found']);
});
