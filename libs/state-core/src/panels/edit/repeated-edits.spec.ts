import { Unavailable } from '../../errors';
import { CoreWorld, any, at, editor } from '../../testing/core-world';
import { aRequest } from '../../testing/idempotency.contract';
import type { EditPanel } from './edit-panel';
import type { Edit } from './edit';

const away = new Unavailable('The database');
const increment: Edit = { kind: 'patch', patch: [{ op: 'inc', path: '/n', value: 1 }] };
const byAi = { ...editor, triggeredBy: 'ai' };

let world: CoreWorld;
beforeEach(async () => {
  world = new CoreWorld();
  await world.create({ n: 1 });
});
afterEach(() => world.core.close());

describe('an edit under an idempotency key', () => {
  const under = (edit: Edit, more: Partial<EditPanel> = {}) =>
    world.edit(edit, any, { request: aRequest('k'), ...more });

  it.each<[string, Edit]>([
    ['patch', increment],
    ['replacement', { kind: 'replace', state: { n: 2 } }],
    ['merge patch', { kind: 'merge-patch', document: { n: 2 } }],
    ['revert', { kind: 'revert', targetVersion: 1 }],
    ['deletion', { kind: 'delete' }],
  ])('is made once, and repeated gives its first change and facts: %s', async (_, edit) => {
    const first = await under(edit, { facts: { said: 'so' } });
    expect(first).toMatchObject({ change: { version: 2 }, facts: { said: 'so' }, replayed: false });
    for (let n = 0; n < 2; n++)
      expect(await under(edit, { facts: { said: 'so' } })).toEqual({ ...first, replayed: true });
    expect((await world.store.read(world.key()))?.version).toBe(2);
  });

  it('of a creation is made once, and repeated gives its first change', async () => {
    const create = () => world.create({ n: 1 }, { key: world.key('new'), request: aRequest('c') });
    const first = await create();
    expect(await create()).toEqual({ ...first, replayed: true });
  });

  it('is made once by many at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => under(increment)));
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(all.map(({ change }) => JSON.stringify(change))).size).toBe(1);
    expect(await world.read()).toEqual({ version: 2, state: { n: 2 } });
  });

  it('is refused for another request, of this panel or another one of the workspace', async () => {
    await under(increment);
    const other = aRequest('k', { fingerprint: 'other' });
    for (const key of [world.key(), world.key('another')]) {
      const edit: Edit = { kind: 'create', state: {} };
      await expect(world.edit(edit, any, { key, request: other })).rejects.toMatchObject({
        code: 'idempotency_key_reused',
        facts: {},
      });
    }
    expect(await world.read()).toEqual({ version: 2, state: { n: 2 } });
    expect(await world.store.read(world.key('another'))).toBeUndefined();
  });

  it('belongs to its caller: the same key of another caller is another one', async () => {
    await under(increment);
    const theirs = await under(increment, { request: aRequest('k', { actor: 'bob' }) });
    expect(theirs).toMatchObject({ change: { version: 3 }, replayed: false });
  });

  it('keeps no key where it is refused', async () => {
    await expect(world.edit(increment, at(7), { request: aRequest('k') })).rejects.toMatchObject({
      code: 'version_conflict',
    });
    const another = aRequest('k', { fingerprint: 'other' });
    expect((await under(increment, { request: another })).change.version).toBe(2);
  });

  it('is made once where its answer was lost, and repeated renews the cached copy', async () => {
    world.faults.failNext('append', away, { after: true });
    await expect(under(increment)).rejects.toBe(away);
    expect(await world.cache.adapter.read(world.key())).toMatchObject({ version: 1 });
    expect(await under(increment)).toMatchObject({ change: { version: 2 }, replayed: true });
    expect(await world.cache.adapter.read(world.key())).toMatchObject({ version: 2 });
    expect(await world.read()).toEqual({ version: 2, state: { n: 2 } });
  });
});

describe('an edit, while something is away', () => {
  it('fails as unavailable without the store, and changes nothing', async () => {
    world.faults.leave(away);
    await expect(world.edit(increment)).rejects.toBe(away);
    world.faults.comeBack();
    expect(await world.read()).toEqual({ version: 1, state: { n: 1 } });
    expect(world.refused).toEqual(['unavailable']);
  });

  it('is durable without cache and bus', async () => {
    world.cache.leave(new Unavailable('The cache'));
    world.bus.leave(new Unavailable('The update bus'));
    expect((await world.edit(increment)).change.version).toBe(2);
    expect(await world.read()).toEqual({ version: 2, state: { n: 2 } });
    expect(new Set(world.failedHints)).toEqual(new Set(['cache', 'update']));
  });

  it('is decided on the store where the cached copy is old', async () => {
    const old = await world.cache.adapter.read(world.key());
    await world.edit(increment);
    world.cache.respondNext('read', old);
    expect((await world.edit(increment)).change).toMatchObject({ previousVersion: 2, version: 3 });
    expect(world.cache.calls('read')).toBeGreaterThan(0);
    expect(await world.read()).toEqual({ version: 3, state: { n: 3 } });
  });
});

describe('the snapshot before a major edit', () => {
  const types = async () => (await world.taken()).map(({ type, panelCount }) => [type, panelCount]);

  it('is taken before a deletion, and holds what is deleted', async () => {
    await world.edit({ kind: 'delete' });
    expect(await types()).toEqual([['pre_delete', 1]]);
  });

  it('is taken before an edit by AI, once for a burst of them', async () => {
    for (let n = 0; n < 3; n++) await world.edit(increment, any, { origin: byAi });
    expect(await types()).toEqual([['pre_ai_edit', 1]]);
    expect((await world.read()).state).toEqual({ n: 4 });
  });

  it('is not taken before any other edit', async () => {
    await world.edit(increment);
    await world.replace({ n: 9 }, 2, { origin: { ...editor, triggeredBy: 'system' } });
    expect(await types()).toEqual([]);
  });

  it('is taken before a transaction that deletes, and before one by AI', async () => {
    const { workspace } = world;
    const operations = [{ op: 'delete', panelId: 'panel' }] as const;
    await world.core.transact({ workspace, operations, origin: editor });
    expect(await types()).toEqual([['pre_delete', 1]]);
    const set = [{ op: 'set', panelId: 'new', state: {} }] as const;
    await world.core.transact({ workspace, operations: set, origin: byAi });
    expect((await types()).at(-1)).toEqual(['pre_ai_edit', 0]);
  });

  it('is not taken again for a request that was made before', async () => {
    const request = aRequest('k');
    await world.edit({ kind: 'delete' }, any, { request });
    await world.create({ n: 5 });
    const before = (await types()).length;
    expect((await world.edit({ kind: 'delete' }, any, { request })).replayed).toBe(true);
    expect(await world.core.isRepeated({ key: world.key(), request })).toBe(true);
    expect(await world.core.isRepeated({ key: world.key(), request: aRequest('new') })).toBe(false);
    expect((await types()).length).toBe(before);
    expect((await world.read()).state).toEqual({ n: 5 });
  });
});
