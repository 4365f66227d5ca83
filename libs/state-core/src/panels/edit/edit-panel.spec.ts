import type { JsonPatch, PatchRequest } from '@nexus-state/documents';
import { CoreWorld, absent, any, at, editor } from '../../testing/core-world';
import { checksumOf, defaultLimits } from '../model';
import type { Edit } from './edit';
import type { Expectation } from './expectation';

let world: CoreWorld;
beforeEach(async () => {
  world = new CoreWorld();
  await world.listen();
});
afterEach(() => world.core.close());

const patch = (...operations: PatchRequest): Edit => ({ kind: 'patch', patch: operations });
const refusal = (code: string, facts: object) => ({ code, facts });

describe('an edit', () => {
  it('that creates makes version 1, with the whole state as its patch', async () => {
    const { change, facts, replayed } = await world.create({ b: 1, a: 2 });
    expect([facts, replayed]).toEqual([{}, false]);
    expect(change).toEqual({
      ...editor,
      key: world.key(),
      changeType: 'created',
      previousVersion: 0,
      version: 1,
      patch: [{ op: 'add', path: '', value: { b: 1, a: 2 } }],
      changeSizeBytes: '[{"op":"add","path":"","value":{"a":2,"b":1}}]'.length,
      checksum: checksumOf('{"a":2,"b":1}'),
      baseVersion: null,
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      revision: 1,
      ordinal: 1,
    });
    expect(await world.read()).toEqual({ version: 1, state: { a: 2, b: 1 } });
  });

  it('is stored, cached, published and counted, in this form', async () => {
    const { change } = await world.create({ n: 1 });
    expect(await world.store.changesSince(world.key(), 0, 10)).toEqual([change]);
    expect([world.published, world.made]).toEqual([[change], [change]]);
    const copy = await world.cache.adapter.read(world.key());
    expect([copy?.version, JSON.parse(String(copy?.document))]).toEqual([
      1,
      {
        panelId: 'panel',
        workspaceId: 'ws',
        state: { n: 1 },
        version: 1,
        updatedAt: change.occurredAt,
      },
    ]);
  });

  it.each<[string, Edit, JsonPatch, object]>([
    [
      'replaces',
      { kind: 'replace', state: { n: 2, list: [1, 2] } },
      [
        { op: 'add', path: '/list/1', value: 2 },
        { op: 'replace', path: '/n', value: 2 },
        { op: 'remove', path: '/old' },
      ],
      { n: 2, list: [1, 2] },
    ],
    [
      'patches',
      patch({ op: 'inc', path: '/n', value: 4 }, { op: 'add', path: '/list/-', value: 3 }),
      [
        { op: 'replace', path: '/n', value: 5 },
        { op: 'add', path: '/list/-', value: 3 },
      ],
      { n: 5, list: [1, 3], old: true },
    ],
    [
      'merges a document into it',
      { kind: 'merge-patch', document: { old: null, more: { a: null, b: 1 } } },
      [
        { op: 'add', path: '/more', value: { b: 1 } },
        { op: 'remove', path: '/old' },
      ],
      { n: 1, list: [1], more: { b: 1 } },
    ],
  ])('that %s makes the next version, with what differs as its patch', async (_, edit, expected, state) => {
    await world.create({ n: 1, list: [1], old: true });
    const { change } = await world.edit(edit, at(1));
    expect(change).toMatchObject({
      changeType: 'updated',
      previousVersion: 1,
      version: 2,
      baseVersion: null,
    });
    expect([...change.patch].sort(byPath)).toEqual([...expected].sort(byPath));
    expect(await world.read()).toEqual({ version: 2, state });
  });

  it('that reverts writes the state of an old version as a new one', async () => {
    await world.create({ n: 1 });
    await world.replace({ n: 2, more: true }, 1);
    const { change } = await world.edit({ kind: 'revert', targetVersion: 1 });
    expect(change).toMatchObject({ changeType: 'reverted', previousVersion: 2, version: 3 });
    expect(change.checksum).toBe(checksumOf('{"n":1}'));
    expect([...change.patch].sort(byPath)).toEqual([
      { op: 'remove', path: '/more' },
      { op: 'replace', path: '/n', value: 1 },
    ]);
    expect(await world.read()).toEqual({ version: 3, state: { n: 1 } });
  });

  it('that deletes ends the panel, keeps its history, and lets versions go on', async () => {
    await world.create({ n: 1 });
    const { change } = await world.edit({ kind: 'delete' }, at(1));
    expect(change).toMatchObject({ changeType: 'deleted', version: 2, patch: [{ op: 'remove', path: '' }] });
    await expect(world.read()).rejects.toMatchObject(refusal('not_found', { panelId: 'panel' }));
    expect(await world.cache.adapter.read(world.key())).toMatchObject({ version: 2, document: undefined });
    const again = await world.create({ n: 3 });
    expect(again.change).toMatchObject({ changeType: 'created', previousVersion: 2, version: 3 });
    const history = await world.store.changesSince(world.key(), 0, 10);
    expect(history.map(({ changeType }) => changeType)).toEqual(['created', 'deleted', 'created']);
  });
});

describe('an edit is refused, and changes nothing,', () => {
  const here = { panelId: 'panel', currentVersion: 2 };
  const set: Edit = { kind: 'replace', state: {} };

  it.each<[string, Edit, Expectation, ReturnType<typeof refusal>]>([
    ['where a creation meets a panel', { kind: 'create', state: {} }, any, refusal('already_exists', here)],
    ['for an old version', set, at(1), refusal('version_conflict', here)],
    ['for a version to come', set, at(3), refusal('version_conflict', here)],
    ['where nothing must be there', set, absent, refusal('already_exists', here)],
    ['where it names no version', set, { kind: 'unspecified' }, refusal('version_required', {})],
    ['as a deletion of an old version', { kind: 'delete' }, at(1), refusal('version_conflict', here)],
    [
      'as a revert to a version that never was',
      { kind: 'revert', targetVersion: 9 },
      any,
      refusal('not_found', { panelId: 'panel', version: 9 }),
    ],
    [
      'as a revert that is based on an old version',
      { kind: 'revert', targetVersion: 1 },
      at(1),
      refusal('version_conflict', here),
    ],
    [
      'where one operation of a patch fails',
      patch({ op: 'replace', path: '/n', value: 9 }, { op: 'test', path: '/n', value: 8 }),
      any,
      refusal('patch_failed', { operationIndex: 1, path: '/n', reason: expect.any(String) }),
    ],
    [
      'where a patch makes no object of the state',
      patch({ op: 'replace', path: '', value: 1 }),
      any,
      refusal('unsupported_value', { pointer: '', reason: expect.any(String) }),
    ],
    [
      'where a patch has too many operations',
      patch(...Array.from({ length: 1001 }, () => ({ op: 'test', path: '/n', value: 2 }) as const)),
      any,
      refusal('patch_too_large', { operations: 1001, limit: 1000 }),
    ],
    [
      'where a patch makes the state too large',
      patch({ op: 'copy', from: '/text', path: '/again' }),
      any,
      refusal('state_too_large', { sizeBytes: expect.any(Number), limitBytes: 1024 }),
    ],
    [
      'where the state could not be given back as it is',
      { kind: 'replace', state: { a: ['\u0000'] } },
      any,
      refusal('unsupported_value', { pointer: '/a/0', reason: expect.any(String) }),
    ],
  ])('%s', async (_, edit, expectation, expected) => {
    world = new CoreWorld({ ...defaultLimits, stateBytes: 1024 });
    await world.create({ n: 1 });
    await world.replace({ n: 2, text: 'x'.repeat(600) }, 1);
    await expect(world.edit(edit, expectation)).rejects.toMatchObject(expected);
    expect(world.refused).toEqual([expected.code]);
    expect(await world.store.changesSince(world.key(), 2, 10)).toEqual([]);
    expect((await world.read()).state).toMatchObject({ n: 2 });
  });

  it.each<[string, Edit]>([
    ['replaced', { kind: 'replace', state: {} }],
    ['patched', patch({ op: 'add', path: '/a', value: 1 })],
    ['merged into', { kind: 'merge-patch', document: {} }],
    ['deleted', { kind: 'delete' }],
    ['reverted', { kind: 'revert', targetVersion: 1 }],
  ])('where a panel that never was, or was deleted, is to be %s', async (_, edit) => {
    await expect(world.edit(edit)).rejects.toMatchObject(refusal('not_found', { panelId: 'panel' }));
    await world.create({});
    await world.edit({ kind: 'delete' });
    await expect(world.edit(edit)).rejects.toMatchObject({ code: 'not_found' });
    expect((await world.store.read(world.key()))?.version).toBe(2);
  });
});

function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  return left.path < right.path ? -1 : 1;
}
