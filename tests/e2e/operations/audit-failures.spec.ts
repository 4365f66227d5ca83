import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { GrpcClient, json } from '../grpc/client';

let folder: string;
let stack: TestStack;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-failures-'));
  stack = await TestStack.create();
});
afterEach(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = () => path.join(folder, 'logs');
const file = () => path.join(place(), 'audit.log');
/** Nothing can be written to the file any more, nor made in its place. */
const obstruct = () => {
  rmSync(place(), { recursive: true, force: true });
  writeFileSync(place(), 'in the way');
};
const clear = () => {
  rmSync(place(), { force: true });
  mkdirSync(place());
};
const start = (more: Record<string, string>, app: 'state-api' | 'realtime-gateway' = 'state-api') =>
  stack.start(app, { AUDIT_FILE: file(), LOG_LEVEL: 'fatal', ...more });
const records = () =>
  readFileSync(file(), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const put = (user: ApiClient, panelId: string) =>
  user.put(`/api/state/ws/${panelId}`, { state: {}, version: 0 });
/** Waits until a write of the user is refused before it is made. */
const refused = (user: ApiClient) =>
  eventually(async () => {
    const { status, body } = await user.delete('/api/state/ws/nothing');
    return status === 503 && /Nothing was changed/.test(body.message);
  }, 'writes to be refused');

describe('while the audit log cannot be written', () => {
  let api: ServiceProcess;
  let gateway: ServiceProcess;

  it('writes are refused through every door and reads go on, until it can be written', async () => {
    obstruct();
    [api, gateway] = await Promise.all([start({}), start({}, 'realtime-gateway')]);
    const user = stack.client(api, 'ann');
    const first = await put(user, 'first');
    expect([first.status, first.body.error, first.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '1',
    ]);
    await refused(user);
    expect((await put(user, 'second')).status).toBe(503);
    expect((await user.put('/api/kv/k', { value: 1 })).status).toBe(503);
    // The write that was under way was made, and says so; the one that was refused was not.
    expect((await user.get('/api/state/ws/first')).status).toBe(200);
    expect((await user.get('/api/state/ws/second')).status).toBe(404);
    const grpc = new GrpcClient(api, testToken('ann'));
    const call = await grpc.call('put', {
      workspaceId: 'ws',
      panelId: 'second',
      stateJson: json({}),
      version: 0,
    });
    expect(call.code).toBe('UNAVAILABLE');
    grpc.close();
    const live = await LiveClient.connect(gateway, 'ann');
    const patch = {
      workspaceId: 'ws',
      panelId: 'first',
      version: 1,
      patches: [{ op: 'add', path: '/n', value: 1 }],
    };
    expect((await live.ask('patch', patch)).error).toMatchObject({ error: 'unavailable' });
    live.close();
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(/^nexus_audit_failures_total(\{[^}]*\})? [1-9]/m);

    clear();
    await eventually(async () => (await put(user, 'third')).status === 201, 'writes to go on');
    const written = records().filter(({ action, outcome }) => action === 'write' && outcome === 'ok');
    expect(written.map(({ resource }) => resource.panelId)).toEqual(
      expect.arrayContaining(['first', 'third']),
    );
  });

  it('a write that it interrupts is made, and its record follows', async () => {
    api = await start({});
    const user = stack.client(api, 'ann');
    expect((await put(user, 'before')).status).toBe(201);
    obstruct();
    const outcomes = new Map<string, number>();
    await eventually(async () => {
      const panelId = `p${outcomes.size}`;
      const { status } = await put(user, panelId);
      outcomes.set(panelId, status);
      return status === 503;
    }, 'the failure to be noticed');
    await refused(user);
    clear();
    await eventually(async () => (await put(user, 'after')).status === 201, 'writes to go on');
    const [interrupted] = [...outcomes].find(([, status]) => status === 503) as [string, number];
    const kept = records().map(({ resource, outcome }) => [resource.panelId, outcome]);
    expect(kept).toContainEqual([interrupted, 'ok']);
    expect((await user.get(`/api/state/ws/${interrupted}`)).status).toBe(200);
  });

  it('writes go on where the settings say so, and all of their records follow', async () => {
    obstruct();
    api = await start({ AUDIT_ON_FAILURE: 'continue' });
    const user = stack.client(api, 'ann');
    for (const panelId of ['a', 'b', 'c']) expect((await put(user, panelId)).status).toBe(201);
    clear();
    await eventually(() => records().length >= 3, 'the records');
    expect(records().map(({ resource }) => resource.panelId)).toEqual(['a', 'b', 'c']);
  });

  it('what waits at the end of the process goes to its standard error', async () => {
    obstruct();
    api = await start({ AUDIT_ON_FAILURE: 'continue' });
    expect((await put(stack.client(api, 'ann'), 'last')).status).toBe(201);
    await api.stop();
    expect(api.output()).toMatch(/"actor":"ann".*"panelId":"last".*"outcome":"ok"/);
  });
});

describe('settings', () => {
  it('leave reads out, or all of it', async () => {
    const api = await start({ AUDIT_READS: 'off' });
    const off = await start({ AUDIT_SINK: 'off' });
    for (const service of [api, off]) {
      const user = stack.client(service, 'ann');
      await put(user, service === api ? 'a' : 'b');
      await user.get('/api/state/ws/a');
    }
    await api.stop();
    expect(records().map(({ action, resource }) => [action, resource.panelId])).toEqual([['write', 'a']]);
    const admin = stack.client(off, 'auditor', { scope: 'state:admin' });
    const { status, body } = await admin.get('/api/audit');
    expect([status, body.error]).toEqual([404, 'not_found']);
  });

  it('write it to the standard output', async () => {
    const api = await start({ AUDIT_SINK: 'stdout' });
    await put(stack.client(api, 'ann'), 'lamp');
    const lines = api
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{"time":'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        actor: 'ann',
        action: 'write',
        resource: { workspaceId: 'ws', panelId: 'lamp' },
      }),
    ]);
  });
});
