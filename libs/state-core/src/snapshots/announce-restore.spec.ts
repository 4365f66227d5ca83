import { Unavailable } from '../errors';
import { MemoryPanelCache } from '../memory';
import { PendingChanges } from '../panels/group-commit';
import { announcing } from '../panels/announce-changes';
import { type Change, type Panel, noLimits, stateContent } from '../panels/model';
import { someCopies } from '../testing/copies-world';
import { SnapshotWorld } from '../testing/snapshot-world';
import { RestoredChanges, announceRestore } from './announce-restore';

let world: SnapshotWorld;
let published: Change[];
beforeEach(async () => {
  world = new SnapshotWorld();
  published = [];
  await world.bus.subscribe(world.workspace, {
    onChange: (change) => void published.push(change),
    onEvent: () => undefined,
    onReached: () => undefined,
    onGap: () => undefined,
  });
});

/** Replaces panels that are at version 1, and announces it. */
async function replaceAndAnnounce(changes: RestoredChanges, store = world.store) {
  const copies = someCopies(new MemoryPanelCache());
  const ports = { ...world, copies, store, triggers: { changed: () => undefined } };
  for (const id of ['b', 'a', 'c']) await world.write(id, { id });
  await copies.read(world.keyOf('a'));
  await copies.fill((await world.store.read(world.keyOf('a'))) as Panel, copies.begin());
  const pendings = await Promise.all(
    ['b', 'c', 'a'].map(async (id) => {
      const pending = new PendingChanges(world.keyOf(id), await world.store.read(world.keyOf(id)));
      const origin = { actor: 'u', triggeredBy: 'user', triggerSource: null };
      pending.add({
        ...origin,
        changeType: 'reverted',
        content: stateContent({ n: 2 }, noLimits),
        patch: [],
      });
      return pending;
    }),
  );
  const announce = announcing(ports);
  const appended = await world.store.appendTogether(changes.together(pendings), []);
  if (appended.outcome !== 'appended') throw new Error(appended.outcome);
  published.length = 0;
  await announceRestore(world.workspace, changes, appended, announce, ports);
  return copies;
}

const facts = () =>
  published.map(({ key, version, revision, ordinal }) => [key.panelId, version, revision, ordinal]).sort();

it.each([
  ['from memory', new RestoredChanges()],
  ['read again, where there is no room for them', new RestoredChanges(0)],
  ['the one and the other', new RestoredChanges(8)],
])('announces changes %s, as the store has numbered them', async (_, changes) => {
  const copies = await replaceAndAnnounce(changes);
  expect(facts()).toEqual([
    ['a', 2, 4, 1],
    ['b', 2, 4, 2],
    ['c', 2, 4, 3],
  ]);
  expect(await copies.read(world.keyOf('a'))).toMatchObject({ found: 'fresh', copy: { version: 2 } });
});

it('leaves no old copy to be read where the store cannot be asked for what was restored', async () => {
  const changesSince = () => Promise.reject(new Unavailable('The database'));
  const halfAway = Object.assign(Object.create(world.store) as typeof world.store, { changesSince });
  const copies = await replaceAndAnnounce(new RestoredChanges(0), halfAway);
  expect(await copies.read(world.keyOf('a'))).toEqual({ found: 'unavailable' });
  expect(published).toEqual([]);
});
