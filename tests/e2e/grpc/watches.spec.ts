import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, freePort, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, type Watching, json, value } from './client';
import { invalidAt } from './refusals';

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

const somewhere = () => ({ workspaceId: `ws-${randomUUID()}`, panelId: 'lamp' });
const create = (place: object) => ann.call('create', { ...place, initialStateJson: json({ n: 1 }) });
const count = (place: object) =>
  ann.call(
    'patch',
    { ...place, patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]) },
    { 'if-match': '*' },
  );
const versions = (messages: readonly Message[]) =>
  messages.map(({ change, state }) => (change ?? state).version);
const begun = (watch: Watching) => eventually(() => watch.messages.length > 0, 'the first message', 20_000);

describe('a watch of a panel', () => {
  it('begins with its state, then gives every change', async () => {
    const place = somewhere();
    await create(place);
    const watch = ann.watch('watch', place);
    const [{ state }] = await watch.changes(1);
    expect([value(state.stateJson), state.version]).toEqual([{ n: 1 }, 1]);
    await count(place);
    await ann.call('delete', place);
    const [, patched, deleted] = await watch.changes(3);
    expect(patched.change).toMatchObject({
      panelId: 'lamp',
      changeType: 'CHANGE_TYPE_UPDATED',
      version: 2,
      actor: 'ann',
    });
    expect(value(patched.change.patchJson)).toEqual([{ op: 'replace', path: '/n', value: 2 }]);
    expect(deleted.change).toMatchObject({ changeType: 'CHANGE_TYPE_DELETED', version: 3 });
    watch.cancel();
    expect((await watch.ended).code).toBe('CANCELLED');
  });

  it('gives every change after a version', async () => {
    const place = somewhere();
    await create(place);
    await count(place);
    await count(place);
    const watch = ann.watch('watch', { ...place, afterVersion: 1 });
    expect(versions(await watch.changes(2))).toEqual([2, 3]);
    watch.cancel();
  });

  it('is refused where there is no panel, or no such place to begin', async () => {
    const place = somewhere();
    expect(await ann.watch('watch', place).ended).toMatchObject({
      code: 'NOT_FOUND',
      problem: { code: 'not_found' },
    });
    await create(place);
    expect(await ann.watch('watch', { ...place, panelId: 'none' }).ended).toMatchObject({
      code: 'NOT_FOUND',
    });
    const inFeed = { workspaceId: place.workspaceId };
    const wrong: [object, string][] = [
      [{ ...place, afterRevision: 1 }, '/afterRevision'],
      [{ ...place, afterVersion: -1 }, '/afterVersion'],
      [{ ...inFeed, afterVersion: 1 }, '/afterVersion'],
      [{ ...inFeed, afterRevision: 1, afterCursor: 'x' }, '/afterCursor'],
      [{ ...inFeed, afterCursor: 'nonsense' }, '/afterCursor'],
      [{ ...inFeed, afterCursor: '1000' }, '/afterCursor'],
      [{ ...inFeed, afterRevision: 1_000 }, '/afterRevision'],
    ];
    for (const [request, pointer] of wrong)
      expect(await ann.watch('watch', request).ended).toMatchObject(invalidAt(pointer));
  });
});

describe('a watch of a workspace', () => {
  it('gives what comes from now on, of all panels, and can be resumed at each message', async () => {
    const { workspaceId } = somewhere();
    const place = (panelId: string) => ({ workspaceId, panelId });
    await create(place('before'));
    const watch = ann.watch('watch', { workspaceId });
    await begun(watch);
    expect(watch.messages[0]).toMatchObject({ event: 'bookmark' });
    for (const panelId of ['a', 'b', 'c']) await create(place(panelId));
    const seen = await watch.changes(3);
    expect(seen.map(({ change }) => change.panelId)).toEqual(['a', 'b', 'c']);
    watch.cancel();
    await count(place('a'));
    const resumed = ann.watch('watch', { workspaceId, afterCursor: seen[0].cursor });
    expect((await resumed.changes(3)).map(({ change }) => `${change.panelId} ${change.version}`)).toEqual([
      'b 1',
      'c 1',
      'a 2',
    ]);
    resumed.cancel();
    const later = ann.watch('watch', { workspaceId, afterRevision: seen[1].change.revision });
    const [c] = await later.changes(1);
    expect(c.change).toMatchObject({ panelId: 'c', revision: seen[1].change.revision + 1 });
    expect(later.messages[0]).toMatchObject({ bookmark: { revision: seen[1].change.revision } });
    later.cancel();
    const whole = ann.watch('watch', { workspaceId, afterRevision: 0 });
    expect((await whole.changes(5)).map(({ change }) => change.panelId)).toEqual([
      'before',
      'a',
      'b',
      'c',
      'a',
    ]);
    whole.cancel();
  });

  it('shows what the token reaches, and nothing else', async () => {
    const { workspaceId } = somewhere();
    await create({ workspaceId, panelId: 'open' });
    const narrow = new GrpcClient(api, testToken('ann', { paths: [`${workspaceId}/o*`] }));
    const watch = narrow.watch('watch', { workspaceId });
    await begun(watch);
    for (const panelId of ['shut', 'other']) await create({ workspaceId, panelId });
    expect((await watch.changes(1))[0].change.panelId).toBe('other');
    watch.cancel();
    expect(await narrow.watch('watch', { workspaceId, panelId: 'shut' }).ended).toMatchObject({
      code: 'NOT_FOUND',
    });
    narrow.close();
  });

  it('needs a workspace that is there', async () => {
    expect(await ann.watch('watch', { workspaceId: 'none' }).ended).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a watch ends', () => {
  it('with its token', async () => {
    const place = somewhere();
    await create(place);
    await ann.call('putKey', { key: '/k', valueJson: json(1) });
    const short = new GrpcClient(api, testToken('ann', { exp: Date.now() / 1_000 + 3 }));
    const watches = [
      short.watch('watch', place),
      short.watch('watch', { workspaceId: place.workspaceId }),
      short.watch('watchKeys', { pattern: '*' }),
    ];
    await Promise.all(watches.map(begun));
    for (const watch of watches) {
      expect(await watch.ended).toMatchObject({ code: 'UNAUTHENTICATED', problem: { code: 'unauthorized' } });
    }
    short.close();
  });

  it('with its deadline, and with the client', async () => {
    const place = somewhere();
    await create(place);
    const watch = ann.watch('watch', place, { deadline: Date.now() + 1_500 });
    await watch.changes(1);
    expect((await watch.ended).code).toBe('DEADLINE_EXCEEDED');
    const left = new GrpcClient(api);
    const watched = left.watch('watch', place);
    await watched.changes(1);
    left.close();
    watched.cancel();
    await eventually(async () => (await streams('Watch')) === 0, 'no stream to be open', 20_000);
  });

  it('with the membership of the caller', async () => {
    const place = somewhere();
    await create(place);
    const owner = stack.client(api, 'ann');
    const member = `/api/workspaces/${place.workspaceId}/members/bob`;
    await owner.put(member, { role: 'viewer' });
    const bob = new GrpcClient(api, testToken('bob'));
    const watch = bob.watch('watch', place, {}, { 'x-workspace-owner': 'ann' });
    await watch.changes(1);
    await owner.delete(member);
    await count(place);
    expect(await watch.ended).toMatchObject({ code: 'NOT_FOUND' });
    bob.close();
  });

  async function streams(method: string): Promise<number> {
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    const line = new RegExp(`^nexus_grpc_streams\\{[^}]*method="[^"]*/${method}"[^}]*\\} (\\d+)$`, 'm').exec(
      metrics,
    );
    return Number(line?.[1] ?? 0);
  }
});

describe('a restart of the API', () => {
  it('ends watches with UNAVAILABLE, and they go on without a gap or a repetition', async () => {
    const port = String(await freePort());
    const first = await stack.start('state-api', { GRPC_PORT: port });
    const watcher = new GrpcClient(first);
    const place = somewhere();
    await create(place);
    const seen: Record<'panel' | 'workspace' | 'keys', number[]> = { panel: [], workspace: [], keys: [] };
    const pattern = `/restart/${place.workspaceId}`;
    await ann.call('putKey', { key: pattern, valueJson: json(0) });

    const panel = watcher.watch('watch', { ...place, afterVersion: 1 });
    const workspace = watcher.watch('watch', { workspaceId: place.workspaceId });
    const keys = watcher.watch('watchKeys', { pattern });
    await begun(workspace);
    await begun(keys);
    const write = async () => {
      await count(place);
      await ann.call('putKey', { key: pattern, valueJson: json(1) });
    };
    for (let n = 0; n < 10; n++) await write();
    await Promise.all([panel.changes(3), workspace.changes(3), keys.changes(3)]);
    await first.stop();
    for (const watch of [panel, workspace, keys]) {
      expect(await watch.ended).toMatchObject({ code: 'UNAVAILABLE', problem: { code: 'server_draining' } });
    }
    const take = (to: number[], watch: Watching) =>
      to.push(...watch.messages.flatMap(({ change }) => (change ? [change.version] : [])));
    take(seen.panel, panel);
    take(seen.workspace, workspace);
    take(seen.keys, keys);
    for (let n = 0; n < 10; n++) await write();

    await stack.start('state-api', { GRPC_PORT: port });
    const cursor = (watch: Watching) => watch.messages.at(-1).cursor;
    const again = [
      watcher.watch('watch', { ...place, afterVersion: seen.panel.at(-1) }),
      watcher.watch('watch', { workspaceId: place.workspaceId, afterCursor: cursor(workspace) }),
      watcher.watch('watchKeys', { pattern, afterCursor: cursor(keys) }),
    ] as const;
    await write();
    await again[0].changes(21 - seen.panel.length);
    await again[1].changes(21 - seen.workspace.length);
    await again[2].changes(21 - seen.keys.length);
    take(seen.panel, again[0]);
    take(seen.workspace, again[1]);
    take(seen.keys, again[2]);
    const expected = Array.from({ length: 21 }, (_, n) => n + 2);
    expect(seen).toEqual({ panel: expected, workspace: expected, keys: expected });
    for (const watch of again) watch.cancel();
    watcher.close();
  });
});
