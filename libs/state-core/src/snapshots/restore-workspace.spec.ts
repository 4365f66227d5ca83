import * as fc from 'fast-check';
import {
  CommitNotFound,
  IdempotencyKeyReused,
  SnapshotFailed,
  SnapshotNotFound,
  SnapshotPending,
  Unavailable,
} from '../errors';
import type { JsonObject } from '@nexus-state/documents';
import { MemoryChangeFeed, MemoryPanelCache, MemorySnapshotQueue, MemoryWorkspaceWriter } from '../memory';
import { type Change, type IdempotentRequest, type Panel, defaultLimits } from '../panels/model';
import type { WorkspaceEvent } from '../workspaces';
import { someCopies } from '../testing/copies-world';
import { aRequest } from '../testing/idempotency.contract';
import { FailingStore } from '../testing/failing-store';
import { SnapshotWorld } from '../testing/snapshot-world';
import type { SnapshotRepository } from './ports';
import { presentContent } from './workspace-content';
import { type RestorePorts, type RestoreWorkspace, restoreWorkspace } from './restore-workspace';

let world: SnapshotWorld;
let cache: MemoryPanelCache;
let ports: RestorePorts;
let published: Change[];
let announced: WorkspaceEvent[];
beforeEach(async () => {
  world = new SnapshotWorld();
  cache = new MemoryPanelCache();
  const copies = someCopies(cache);
  const writer = new MemoryWorkspaceWriter(world.store);
  const { store, queue, repository, commits, snapshots, bus, observer, large } = world;
  const triggers = { changed: () => undefined };
  const feed = new MemoryChangeFeed(store);
  ports = {
    proposer: { keep: () => Promise.reject(new Error('There are no rules.')) },
    admitToTurn: async () => undefined,
    limits: defaultLimits,
    store,
    feed,
    queue,
    repository,
    commits,
    snapshots,
    bus,
    observer,
    copies,
    writer,
    triggers,
    large,
  };
  [published, announced] = [[], []];
  await bus.subscribe(world.workspace, {
    onChange: (change) => void published.push(change),
    onEvent: (event) => void announced.push(event),
    onReached: () => undefined,
    onGap: () => undefined,
  });
});

const restore = (from: RestoreWorkspace['from'], mode: RestoreWorkspace['mode'] = 'exact') =>
  restoreWorkspace({ workspace: world.workspace, from, mode, actor: 'bob', waitMs: 1_000 }, ports);
const version = async (panelId: string) => (await world.store.read(world.keyOf(panelId)))?.version;
const newestChange = async (panelId: string) =>
  (await world.store.history(world.keyOf(panelId), { limit: 1, offset: 0 })).entries[0];

/** A snapshot of `same`, `changed` and `gone`, and what became of the workspace since. */
const changedSince = async () => {
  for (const id of ['same', 'changed', 'gone']) await world.write(id, { id, n: 1 });
  const snapshot = await world.take();
  await world.write('changed', { id: 'changed', n: 2, more: true });
  await world.write('gone');
  await world.write('new', { n: 1 });
  return snapshot;
};
const held = { same: { id: 'same', n: 1 }, changed: { id: 'changed', n: 1 }, gone: { id: 'gone', n: 1 } };

describe('restoreWorkspace', () => {
  it('sets the workspace to the content of the snapshot, and returns what it did', async () => {
    const { snapshotId, gitCommitHash } = await changedSince();
    const done = await restore({ snapshotId });
    expect(await world.states()).toEqual(held);
    expect(done).toEqual({
      ...{ restoredPanels: 2, deletedPanels: 1, unchangedPanels: 1 },
      safetySnapshotId: expect.any(String),
      revision: 7,
    });
    const { revision: _, ...counts } = done;
    expect(announced.at(-1)).toEqual({
      kind: 'workspace_restored',
      restore: {
        workspace: world.workspace,
        ...{ snapshotId, gitCommitHash, mode: 'exact', actor: 'bob', ...counts },
        restoredAt: expect.any(String),
      },
    });
  });

  it('writes new versions, each with its reason, and leaves alone what needs none', async () => {
    const { snapshotId, gitCommitHash } = await changedSince();
    await restore({ snapshotId });
    expect(await Promise.all(['same', 'changed', 'gone', 'new'].map(version))).toEqual([1, 3, 3, 2]);
    const why = { triggerSource: `restore:${gitCommitHash}`, triggeredBy: 'user', actor: 'bob' };
    expect(await newestChange('changed')).toMatchObject({
      ...{ ...why, changeType: 'reverted', previousVersion: 2 },
      patch: expect.arrayContaining([{ op: 'remove', path: '/more' }]),
    });
    expect(await newestChange('gone')).toMatchObject({
      ...{ ...why, changeType: 'reverted', previousVersion: 2 },
      patch: [{ op: 'add', path: '', value: { id: 'gone', n: 1 } }],
    });
    expect(await newestChange('new')).toMatchObject({ ...why, changeType: 'deleted', previousVersion: 1 });
  });

  it('publishes each change, and renews the cached copies', async () => {
    const { snapshotId } = await changedSince();
    published.length = 0;
    await restore({ snapshotId });
    const events = published.map(({ key, changeType, version: to }) => `${key.panelId} ${changeType} ${to}`);
    expect(events.sort()).toEqual(['changed reverted 3', 'gone reverted 3', 'new deleted 2']);
    expect(await cache.read(world.keyOf('changed'))).toMatchObject({ version: 3 });
    expect(await cache.read(world.keyOf('new'))).toMatchObject({ version: 2, document: undefined });
    expect(await cache.read(world.keyOf('same'))).toBeUndefined();
  });

  it('announces what it restored without asking the store for it again', async () => {
    const { snapshotId } = await changedSince();
    const { store } = ports;
    const changesSince = () => Promise.reject(new Unavailable('The database'));
    const halfAway = Object.assign(Object.create(store) as typeof store, { changesSince });
    published.length = 0;
    await restoreWorkspace(
      { workspace: world.workspace, from: { snapshotId }, mode: 'exact', actor: 'bob', waitMs: 1_000 },
      { ...ports, store: halfAway },
    );
    expect(published).toHaveLength(3);
    for (const { key, version: at, revision, ordinal, occurredAt } of published) {
      const [stored] = await store.changesSince(key, at - 1, 1);
      expect(stored).toMatchObject({ version: at, revision, ordinal, occurredAt });
    }
  });

  it('leaves no old copy to be read when it is repeated: the first one may have died before it renewed the copies', async () => {
    const { snapshotId } = await changedSince();
    const key = world.keyOf('changed');
    const { copies } = ports;
    const command: RestoreWorkspace = {
      ...{ workspace: world.workspace, from: { snapshotId }, mode: 'exact', actor: 'bob', waitMs: 1_000 },
      request: aRequest('k'),
    };
    const old = (await world.store.read(key)) as Panel;
    await restoreWorkspace(command, { ...ports, copies: someCopies(new MemoryPanelCache()) });
    await copies.read(key);
    await copies.fill(old, copies.begin());
    expect(await copies.read(key)).toMatchObject({ found: 'fresh', copy: { version: old.version } });
    await restoreWorkspace(command, ports);
    expect(await copies.read(key)).toEqual({ found: 'unavailable' });
  });

  it('leaves panels alone that were made since, where it is only laid over', async () => {
    const { gitCommitHash } = await changedSince();
    const done = await restore({ gitCommitHash: gitCommitHash.slice(0, 12) }, 'overlay');
    expect(await world.states()).toEqual({ ...held, new: { n: 1 } });
    expect(done).toMatchObject({ restoredPanels: 2, deletedPanels: 0, unchangedPanels: 1 });
    expect(announced.at(-1)).toMatchObject({ restore: { gitCommitHash } });
  });

  it('can be undone with the snapshot that was taken before', async () => {
    const { snapshotId } = await changedSince();
    const before = await world.states();
    const { safetySnapshotId } = await restore({ snapshotId });
    expect(await world.snapshots.read(world.workspace, safetySnapshotId)).toMatchObject({
      type: 'pre_restore',
      createdBy: 'bob',
    });
    await restore({ snapshotId: safetySnapshotId });
    expect(await world.states()).toEqual(before);
  });

  it('changes nothing where everything is as it was', async () => {
    await world.write('a', { n: 1 });
    const { snapshotId } = await world.take();
    await world.write('a', { n: 2 });
    await world.write('a', { n: 1 });
    expect(await restore({ snapshotId })).toMatchObject({ restoredPanels: 0, unchangedPanels: 1 });
    expect(await version('a')).toBe(3);
  });

  it('is done once for a request that is repeated, also at the same time, and refused for another one', async () => {
    const { snapshotId } = await changedSince();
    const command = { workspace: world.workspace, mode: 'exact' as const, actor: 'bob', waitMs: 1_000 };
    const under = (request: IdempotentRequest) =>
      restoreWorkspace({ ...command, from: { snapshotId }, request }, ports);
    const results = await Promise.all([1, 2, 3].map(() => under(aRequest('k'))));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    await world.write('changed', { id: 'changed', n: 9 });
    expect(await under(aRequest('k'))).toEqual(results[0]);
    expect(await version('changed')).toBe(4);
    await expect(under(aRequest('k', { fingerprint: 'other' }))).rejects.toBeInstanceOf(IdempotencyKeyReused);
    expect(announced.filter(({ kind }) => kind === 'workspace_restored')).toHaveLength(1);
  });

  it('restores panels over and over, with versions that only grow', async () => {
    await world.write('a', { n: 1 });
    const { snapshotId } = await world.take();
    await world.write('a');
    await restore({ snapshotId });
    await world.write('a');
    await restore({ snapshotId });
    expect(await version('a')).toBe(5);
    expect(await world.states()).toEqual({ a: { n: 1 } });
  });

  it('takes in what others write in the middle', async () => {
    const { snapshotId } = await changedSince();
    const repository = new FailingStore<SnapshotRepository>(world.repository);
    let meddled = false;
    repository.onEach('readFiles', async (readFiles, [, , paths]) => {
      if (paths[0]?.startsWith('panels/') && !meddled) {
        meddled = true;
        await world.write('same', { meddled });
        await world.write('late', {});
      }
      return readFiles();
    });
    ports = { ...ports, repository: repository.port };
    expect(await restore({ snapshotId })).toMatchObject({ restoredPanels: 3, deletedPanels: 2 });
    expect(await world.states()).toEqual(held);
    expect(await version('same')).toBe(3);
  });

  it.each([
    ['an unknown snapshot', { snapshotId: '00000000-0000-4000-8000-999999999999' }, SnapshotNotFound],
    ['an unknown commit', { gitCommitHash: 'f'.repeat(40) }, CommitNotFound],
  ])('takes no snapshot for %s', async (_, from, refusal) => {
    await expect(restore(from)).rejects.toBeInstanceOf(refusal);
    expect(await world.snapshots.list(world.workspace, { limit: 1 })).toEqual([]);
  });

  it.each([
    ['comes', () => new Promise<never>(() => {}), SnapshotPending],
    ['can be taken', () => Promise.reject(new Unavailable('The disk')), SnapshotFailed],
  ])('changes nothing when no snapshot before it %s', async (_, take, refusal) => {
    const { snapshotId } = await changedSince();
    const before = await world.states();
    ports = { ...ports, queue: new MemorySnapshotQueue(take) };
    const command = { workspace: world.workspace, from: { snapshotId }, mode: 'exact' as const };
    const failing = restoreWorkspace({ ...command, actor: 'bob', waitMs: 30 }, ports);
    await expect(failing).rejects.toBeInstanceOf(refusal);
    expect(await world.states()).toEqual(before);
  });

  it('does not put back what is not what was taken', async () => {
    const { snapshotId } = await changedSince();
    const before = await world.states();
    const repository = new FailingStore<SnapshotRepository>(world.repository);
    repository.onEach('readFiles', async (readFiles) =>
      (await readFiles()).map((text) => text?.replace('"n": 1', '"n": 7')),
    );
    ports = { ...ports, repository: repository.port };
    await expect(restore({ snapshotId })).rejects.toThrow('checksum');
    expect(await world.states()).toEqual(before);
  });

  it('leads back to any snapshot, from any later state of the workspace', async () => {
    const state = fc.option(fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), fc.integer()), { freq: 3 });
    const edits = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), state), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 4 }), fc.nat(), async (rounds, pick) => {
        world = new SnapshotWorld();
        const { store, queue, repository, commits, snapshots } = world;
        const writer = new MemoryWorkspaceWriter(store);
        ports = { ...ports, store, queue, repository, commits, snapshots, writer };
        const taken: { snapshotId: string; states: Record<string, JsonObject> }[] = [];
        for (const round of rounds) {
          for (const [id, content] of round) {
            const there = (await store.read(world.keyOf(id)))?.deleted === false;
            if (content || there) await world.write(id, content ?? undefined);
          }
          taken.push({ snapshotId: (await world.take()).snapshotId, states: await world.states() });
        }
        const target = taken[pick % taken.length] as (typeof taken)[number];
        await restore({ snapshotId: target.snapshotId });
        expect(await world.states()).toEqual(target.states);
        const { panels } = await presentContent(world.workspace, world);
        expect([...panels.keys()].sort()).toEqual(Object.keys(target.states).sort());
      }),
    );
  });
});
