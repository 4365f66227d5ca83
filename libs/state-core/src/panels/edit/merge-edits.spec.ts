import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import { CoreWorld, any, at } from '../../testing/core-world';
import type { ConflictPolicy, Edit } from './edit';
import type { Expectation } from './expectation';

let world: CoreWorld;
beforeEach(() => {
  world = new CoreWorld();
});
afterEach(() => world.core.close());

const patch = (...operations: PatchRequest): Edit => ({ kind: 'patch', patch: operations });
const set = (path: string, value: number | string): PatchRequest[number] => ({ op: 'replace', path, value });
const settle = (edit: Edit, expectation: Expectation, onConflict: ConflictPolicy = 'merge') =>
  world.edit(edit, expectation, { onConflict });

/** Makes a panel, and takes it to version 2 by another author's change. */
async function changedByOthers(state: JsonObject, ...theirs: PatchRequest): Promise<void> {
  await world.create(state);
  await world.edit(patch(...theirs), at(1));
}

describe('a stale edit', () => {
  it('holds beside what others changed elsewhere, and returns the patch as it was applied', async () => {
    const theirs = { op: 'add', path: '/list/0', value: 'first' } as const;
    await changedByOthers({ list: ['a', 'b'], title: 'x' }, theirs);
    const { change } = await settle(patch(set('/list/1', 'B')), at(1));
    expect(change).toMatchObject({
      version: 3,
      previousVersion: 2,
      baseVersion: 1,
      patch: [{ op: 'replace', path: '/list/2', value: 'B' }],
    });
    expect(await world.read()).toEqual({ version: 3, state: { list: ['first', 'a', 'B'], title: 'x' } });
  });

  it('is a conflict where both cannot hold, with both values, and changes nothing', async () => {
    await changedByOthers({ title: 'x' }, set('/title', 'theirs'));
    await expect(settle(patch(set('/title', 'yours')), at(1))).rejects.toMatchObject({
      code: 'merge_conflict',
      facts: {
        panelId: 'panel',
        baseVersion: 1,
        currentVersion: 2,
        conflicts: [{ path: '/title', yours: 'yours', theirs: 'theirs' }],
      },
    });
    expect(await world.read()).toEqual({ version: 2, state: { title: 'theirs' } });
  });

  it('wins over what others wrote where it is to overwrite it, and leaves the rest of theirs', async () => {
    await changedByOthers({ title: 'x', n: 1 }, set('/title', 'theirs'), set('/n', 2));
    const { change } = await settle(patch(set('/title', 'yours')), at(1), 'overwrite');
    expect(change).toMatchObject({ version: 3, baseVersion: 1 });
    expect((await world.read()).state).toEqual({ title: 'yours', n: 2 });
  });

  it('loses no increment, with any concurrent writes', async () => {
    const inc = (path: string) => ({ op: 'inc', path, value: 1 }) as const;
    await changedByOthers(
      { n: 1, o: { n: 1 }, l: [1] },
      inc('/n'),
      { op: 'replace', path: '/o', value: { n: 2 } },
      { op: 'replace', path: '/l', value: [2] },
    );
    await settle(patch(inc('/n'), inc('/o/n')), at(1));
    expect((await world.read()).state).toEqual({ n: 3, o: { n: 3 }, l: [2] });
    await expect(settle(patch(inc('/l/0')), at(1))).rejects.toMatchObject({
      code: 'merge_conflict',
      facts: { conflicts: [{ path: '/l', yours: [2], theirs: [2] }] },
    });
    await settle(patch(inc('/l/0')), at(1), 'overwrite');
    expect((await world.read()).state).toEqual({ n: 3, o: { n: 3 }, l: [3] });
  });

  it('is a conflict of the array where an element was removed, never of its neighbour', async () => {
    await changedByOthers({ list: ['a', 'b'] }, { op: 'remove', path: '/list/0' });
    await expect(settle(patch(set('/list/0', 'A')), at(1))).rejects.toMatchObject({
      code: 'merge_conflict',
      facts: { conflicts: [{ path: '/list', yours: ['A', 'b'], theirs: ['b'] }] },
    });
  });

  it.each<[string, Edit, JsonObject]>([
    ['replacement', { kind: 'replace', state: { a: 1, b: 2 } }, { a: 9, b: 2 }],
    ['merge patch', { kind: 'merge-patch', document: { b: null, c: 3 } }, { a: 9, c: 3 }],
  ])('that is a %s is merged by what it changed', async (_, edit, state) => {
    await changedByOthers({ a: 1, b: 1 }, set('/a', 9));
    await settle(edit, at(1));
    expect((await world.read()).state).toEqual(state);
  });

  it('is refused where it is to be rejected', async () => {
    await changedByOthers({ a: 1, b: 1 }, set('/a', 2));
    await expect(settle(patch(set('/b', 2)), at(1), 'reject')).rejects.toMatchObject({
      code: 'version_conflict',
      facts: { panelId: 'panel', currentVersion: 2 },
    });
  });

  it('is never merged into a panel that was made anew under the same name', async () => {
    await world.create({ a: 1 });
    await world.edit({ kind: 'delete' });
    await world.create({ a: 1 });
    await expect(settle(patch(set('/a', 2)), at(1))).rejects.toMatchObject({
      code: 'version_conflict',
      facts: { currentVersion: 3 },
    });
    expect((await world.read()).state).toEqual({ a: 1 });
  });

  it('is refused where it is based on a version to come', async () => {
    await world.create({ a: 1 });
    await expect(settle(patch(set('/a', 2)), at(7))).rejects.toMatchObject({ code: 'version_conflict' });
  });

  it('reaches back over more changes than one page of history has', async () => {
    await world.create({ n: 0, other: 0 });
    for (let version = 1; version <= 1_200; version++) await world.replace({ n: version, other: 0 }, version);
    const { change } = await settle(patch(set('/other', 1)), at(3));
    expect(change).toMatchObject({ version: 1_202, baseVersion: 3 });
    expect((await world.read()).state).toEqual({ n: 1_200, other: 1 });
    expect(world.faults.calls('changesSince')).toBeGreaterThan(2);
  });

  it('is merged without a look at history where this process has made the changes a moment ago', async () => {
    await world.create({ n: 0, other: 0 });
    for (let version = 1; version <= 100; version++) await world.replace({ n: version, other: 0 }, version);
    const { change } = await settle(patch(set('/other', 1)), at(3));
    expect(change).toMatchObject({ version: 102, baseVersion: 3 });
    expect((await world.read()).state).toEqual({ n: 100, other: 1 });
    expect(world.faults.calls('changesSince')).toBe(0);
  });

  it('is refused where there are more changes than are merged over, and names the newest version', async () => {
    await world.create({ n: 0, other: 0 });
    const operations = Array.from({ length: 1000 }, () => set('/n', 1));
    for (let n = 0; n < 11; n++) await world.edit(patch(...operations));
    await expect(settle(patch(set('/other', 1)), at(1))).rejects.toMatchObject({
      code: 'version_conflict',
      facts: { panelId: 'panel', currentVersion: 12 },
    });
    await expect(settle(patch(set('/other', 1)), at(2))).resolves.toMatchObject({ change: { version: 13 } });
  });
});

describe('many edits at the same time', () => {
  it('of one version: one wins, and all others learn the newest version', async () => {
    await world.create({ winner: -1 });
    const writers = Array.from({ length: 20 }, (_, winner) => world.replace({ winner }, 1));
    const settled = await Promise.allSettled(writers);
    const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.change] : []));
    const lost = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(won).toMatchObject([{ version: 2 }]);
    expect(lost).toHaveLength(19);
    for (const error of lost)
      expect(error).toMatchObject({ code: 'version_conflict', facts: { currentVersion: 2 } });
    const winner = settled.findIndex(({ status }) => status === 'fulfilled');
    expect(await world.read()).toEqual({ version: 2, state: { winner } });
  });

  it('that increment all count, each with a version of its own', async () => {
    await world.create({ n: 0 });
    const inc = patch({ op: 'inc', path: '/n', value: 1 });
    const all = await Promise.all(Array.from({ length: 100 }, () => world.edit(inc, any)));
    expect(new Set(all.map(({ change }) => change.version)).size).toBe(100);
    expect(await world.read()).toEqual({ version: 101, state: { n: 100 } });
  });

  it('of different places, all based on version 1, all hold', async () => {
    await world.create({});
    const add = (n: number) => settle(patch({ op: 'add', path: `/k${n}`, value: n }), at(1));
    await Promise.all(Array.from({ length: 40 }, (_, n) => add(n)));
    const { version, state } = await world.read();
    expect([version, Object.keys(state).length]).toEqual([41, 40]);
  });
});
