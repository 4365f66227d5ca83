import type { PanelKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { type FeedReader, FeedWorld } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';

let world: FeedWorld;
let key: PanelKey;
let slow: FeedReader;
let other: FeedReader;

beforeEach(async () => {
  world = new FeedWorld();
  key = aPanelKey();
  [slow, other] = [world.reader('slow'), world.reader('other')];
  await world.change(key);
});
afterEach(async () => {
  expect(world.broadcaster.excess).toBe(0);
  await world.hub.close();
});

const comes = (reader: FeedReader, expected: readonly string[], panelId = 'panel') =>
  eventually(
    () => JSON.stringify(reader.of(panelId)) === JSON.stringify(expected),
    `${expected.join(', ')}; ${reader.id} has ${reader.of(panelId).join(', ')}`,
    5_000,
  );

async function followBoth(): Promise<void> {
  for (const reader of [slow, other]) (await world.follow(key, reader)).begin();
}

function drain(): void {
  slow.ready = true;
  world.hub.onDrain(slow);
}

describe('a subscriber who can take no more', () => {
  it('gets the state in place of what it has missed, and goes on from there', async () => {
    await followBoth();
    slow.ready = false;
    await world.changes(key, 3);
    await comes(other, ['sync 1', '2', '3', '4']);
    expect(slow.of('panel')).toEqual(['sync 1']);
    drain();
    await comes(slow, ['sync 1', 'sync 4']);
    await world.changes(key, 2);
    for (const reader of [slow, other]) await comes(reader, [...reader.of('panel').slice(0, -2), '5', '6']);
  });

  it('costs the others nothing: each change is still sent once for all of them', async () => {
    await followBoth();
    (await world.follow(key, world.reader('third'))).begin();
    slow.ready = false;
    world.broadcaster.sent = 0;
    await world.changes(key, 10);
    expect(world.broadcaster.sent).toBe(10);
  });

  it('goes on with the changes when it has missed nothing', async () => {
    await followBoth();
    slow.ready = false;
    drain();
    await world.change(key);
    await comes(slow, ['sync 1', '2']);
  });

  it.each([
    ['is gone', false, ['sync 1', 'deleted 4']],
    ['was made again', true, ['sync 1', 'sync 5']],
  ])('is notified when the panel %s', async (_, again, expected) => {
    await followBoth();
    slow.ready = false;
    await world.changes(key, 2);
    await world.change(key, 'deleted');
    if (again) await world.change(key, 'created');
    drain();
    await comes(slow, expected);
  });

  it('gets nothing of a panel that was created and deleted meanwhile, and all of one that was created', async () => {
    (await world.followWorkspace(key, slow)).begin();
    await comes(slow, ['sync 1']);
    slow.ready = false;
    const [passing, staying] = [
      { ...key, panelId: 'passing' },
      { ...key, panelId: 'staying' },
    ];
    await world.change(passing);
    await world.change(passing, 'deleted');
    await world.changes(staying, 2);
    drain();
    await comes(slow, ['sync 2'], 'staying');
    await world.change(passing, 'created');
    await comes(slow, ['created 3'], 'passing');
    expect(slow.of('panel')).toEqual(['sync 1']);
  });

  it('in the midst of a long history gets the state in place of the rest of it', async () => {
    await world.changes(key, 249);
    world.broadcaster.limit = 120;
    (await world.follow(key, slow, 1)).begin();
    await eventually(() => !slow.ready, 'it to be full');
    expect(slow.of('panel').at(-1)).toBe('121');
    drain();
    await eventually(() => slow.of('panel').includes('sync 250'), 'the state');
    await world.change(key);
    await eventually(() => slow.of('panel').at(-1) === '251', 'the next change');
  });

  it('gets a workspace that is too much for it at once bit by bit, each panel once', async () => {
    const panels = Array.from({ length: 50 }, (_, n) => `p${n}`);
    for (const panelId of panels) await world.change({ ...key, panelId });
    const before = world.faults.calls('read');
    world.broadcaster.limit = 7;
    (await world.followWorkspace(key, slow)).begin();
    await eventually(() => {
      if (!slow.ready) drain();
      return panels.every((panelId) => slow.of(panelId).length > 0);
    }, 'all of it');
    for (const panelId of [...panels, 'panel']) expect(slow.of(panelId)).toEqual(['sync 1']);
    // What could not be sent anyway was not read, but for what was being read just then.
    expect(world.faults.calls('read') - before).toBeLessThan(120);
  });

  it('may leave while it lags, and gets no events afterwards', async () => {
    const following = await world.follow(key, slow);
    following.begin();
    slow.ready = false;
    await world.change(key);
    following.stop();
    drain();
    await world.change(key);
    (await world.follow(key, other)).begin();
    await comes(other, ['sync 3']);
    expect(slow.of('panel')).toEqual(['sync 1']);
  });

  it('who begins before it has drained begins with the state then', async () => {
    slow.ready = false;
    (await world.follow(key, slow)).begin();
    await world.change(key);
    expect(slow.events).toEqual([]);
    drain();
    await comes(slow, ['sync 2']);
  });
});
