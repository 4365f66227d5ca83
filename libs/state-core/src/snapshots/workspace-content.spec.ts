import { CommitNotFound, SnapshotNotFound } from '../errors';
import { type JsonObject, type JsonPatch, applyPatch } from '@nexus-state/documents';
import { inProcess } from '../panels/large';
import { SnapshotWorld } from '../testing/snapshot-world';
import { type PanelDifference, compareContents } from './compare-contents';
import { contentOf, readSnapshot } from './read-snapshot';
import { type WorkspaceContent, batchesOf, eachPanel, presentContent } from './workspace-content';

let world: SnapshotWorld;
beforeEach(() => {
  world = new SnapshotWorld();
});

const panelsOf = async (content: WorkspaceContent) => {
  const panels = [];
  for await (const { stateText, ...panel } of eachPanel(content))
    panels.push({ ...panel, state: JSON.parse(stateText) as JsonObject });
  return panels;
};
const differences = async (from: WorkspaceContent, to: WorkspaceContent) => {
  const found: (Omit<PanelDifference, 'patch'> & { readonly patch: JsonPatch })[] = [];
  for await (const { patch, ...difference } of compareContents(from, to, inProcess))
    found.push({ ...difference, patch: JSON.parse(patch.text) as JsonPatch });
  return found;
};

describe('the present of a workspace', () => {
  it('is every panel as of one instant, even when panels change while they are read', async () => {
    for (const id of ['a', 'b', 'c']) await world.write(id, { n: 1 });
    await world.write('gone', {});
    await world.write('gone');
    const content = await presentContent(world.workspace, world);
    await world.write('b', { n: 2 });
    await world.write('c');
    await world.write('d', {});
    expect(await panelsOf(content)).toEqual(
      ['a', 'b', 'c'].map((panelId) => ({ panelId, version: 1, state: { n: 1 } })),
    );
  });

  it('is read in parts where there are many panels', async () => {
    for (let n = 0; n < 100; n++) await world.write(`p${n}`, { n });
    const sizes: number[] = [];
    const content = await presentContent(world.workspace, world);
    const panels = await panelsOf({
      ...content,
      readStates: (ids) => (sizes.push(ids.length), content.readStates(ids)),
    });
    expect(panels).toHaveLength(100);
    expect(Math.max(...sizes)).toBeLessThan(100);
  });

  it.each([
    [100, 64],
    [1024 * 1024, 7],
    [64 * 1024 * 1024, 1],
  ])('is read in the smaller parts the larger its states (%i bytes, %i at once)', (bytes, atOnce) => {
    const ids = Array.from({ length: 100 }, (_, n) => `p${n}`);
    const panels = new Map(ids.map((id) => [id, { version: 1, checksum: id }]));
    const batches = [...batchesOf(ids, { panels, totalSizeBytes: 100 * bytes })];
    expect(batches.flat()).toEqual(ids);
    expect(batches[0]).toHaveLength(atOnce);
  });
});

describe('what a snapshot holds', () => {
  it('is read by its id, or by its commit or the beginning of it', async () => {
    const state = { ['__proto__']: { x: [1, '€'] } };
    await world.write('__proto__', state);
    const { snapshotId, gitCommitHash } = await world.take();
    await world.write('__proto__', {});

    const expected = [{ panelId: '__proto__', version: 1, state }];
    const { content } = await readSnapshot({ workspace: world.workspace, snapshotId }, world);
    expect(await panelsOf(content)).toEqual(expected);
    for (const name of [{ snapshotId }, { gitCommitHash: gitCommitHash.slice(0, 10) }]) {
      const found = await contentOf(world.workspace, name, world);
      expect([found.commitHash, await panelsOf(found)]).toEqual([gitCommitHash, expected]);
    }
  });

  it('is not found by what names nothing', async () => {
    await world.take();
    const find = (name: Parameters<typeof contentOf>[1]) => contentOf(world.workspace, name, world);
    await expect(find({ snapshotId: '00000000-0000-4000-8000-999999999999' })).rejects.toThrow(
      SnapshotNotFound,
    );
    await expect(find({ snapshotId: 'x' })).rejects.toThrow(SnapshotNotFound);
    await expect(find({ gitCommitHash: 'f'.repeat(40) })).rejects.toThrow(CommitNotFound);
    await expect(find({ gitCommitHash: 'main' })).rejects.toThrow(CommitNotFound);
  });
});

describe('compareContents', () => {
  it('lists what was added, removed and changed, each with its patch', async () => {
    for (const id of ['same', 'changed', 'removed']) await world.write(id, { id, n: 1 });
    await world.write('back', { n: 1 });
    const { snapshotId } = await world.take();
    await world.write('changed', { id: 'changed', n: 2 });
    await world.write('removed');
    await world.write('added', { n: 3 });
    // Changed and changed back: another version, and no difference.
    await world.write('back', { n: 2 });
    await world.write('back', { n: 1 });

    const { content: from } = await readSnapshot({ workspace: world.workspace, snapshotId }, world);
    const to = await presentContent(world.workspace, world);
    expect(await differences(from, to)).toEqual([
      {
        ...{ panelId: 'added', change: 'added', fromVersion: null, toVersion: 1 },
        patch: [{ op: 'add', path: '', value: { n: 3 } }],
      },
      {
        ...{ panelId: 'changed', change: 'changed', fromVersion: 1, toVersion: 2 },
        patch: [{ op: 'replace', path: '/n', value: 2 }],
      },
      {
        ...{ panelId: 'removed', change: 'removed', fromVersion: 1, toVersion: null },
        patch: [{ op: 'remove', path: '' }],
      },
    ]);
    expect(await differences(to, to)).toEqual([]);
  });

  it('leads from one state to the other, over hundreds of panels', async () => {
    for (let n = 0; n < 150; n++) await world.write(`p${n}`, { n, list: [1, 2, n] });
    const from = await presentContent(world.workspace, world);
    for (let n = 0; n < 150; n++) await world.write(`p${n}`, { n: n + 1, list: [2, n] });
    const found = await differences(from, await presentContent(world.workspace, world));
    expect(found).toHaveLength(150);
    for (const { panelId, patch } of found) {
      const n = Number(panelId.slice(1));
      expect(applyPatch({ n, list: [1, 2, n] }, patch).value).toEqual({ n: n + 1, list: [2, n] });
    }
  });
});
