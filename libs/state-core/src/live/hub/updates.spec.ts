import { Unavailable } from '../../errors';
import type { Change, PanelKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { FailingStore } from '../../testing/failing-store';
import { CountedBus, FeedReader, FeedWorld, delayResponses, wholeReach } from '../../testing/feed-world';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import { aSnapshot } from '../../testing/snapshot-builders';
import type { Subscription } from './subscription';

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

const comes = (reader: FeedReader, panelId: string, expected: readonly string[]) =>
  eventually(
    () => JSON.stringify(reader.of(panelId)) === JSON.stringify(expected),
    `${expected.join(', ')}; there is ${reader.of(panelId).join(', ')}`,
    30_000,
  );

const begin = (following: Subscription) => {
  following.begin();
  return following;
};

let world: FeedWorld;
let key: PanelKey;
beforeEach(() => {
  world = new FeedWorld();
  key = aPanelKey();
});
afterEach(() => world.hub.close());

describe('following a panel', () => {
  it('begins with its state and goes on with its changes, nothing before begin', async () => {
    await world.changes(key, 2);
    const reader = world.reader();
    const following = await world.follow(key, reader);
    await world.change(key);
    expect([following.version, reader.events]).toEqual([2, []]);
    following.begin();
    await world.change(key);
    await comes(reader, 'panel', ['sync 2', '3', '4']);
  });

  it('begins after the version seen last', async () => {
    await world.changes(key, 250);
    const reader = world.reader();
    begin(await world.follow(key, reader, 3));
    await world.change(key);
    await comes(reader, 'panel', names(4, 251));
  });

  it('refuses a panel that is not there, and listens to nothing for it', async () => {
    await expect(world.follow(key, world.reader())).rejects.toMatchObject({ code: 'not_found' });
    await world.change(key);
    await world.change(key, 'deleted');
    await expect(world.follow(key, world.reader())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('goes on from a version through deletion and a new creation', async () => {
    await world.changes(key, 2);
    await world.change(key, 'deleted');
    const reader = world.reader();
    begin(await world.follow(key, reader, 1));
    await world.change(key, 'created');
    await comes(reader, 'panel', ['2', 'deleted 3', 'created 4']);
  });

  it('sends each change once, however many subscribers there are, and to each once', async () => {
    await world.change(key);
    const readers = Array.from({ length: 50 }, (_, n) => world.reader(`reader-${n}`));
    for (const reader of readers) begin(await world.follow(key, reader));
    begin(await world.followWorkspace(key, readers[0] as FeedReader));
    world.broadcaster.sent = 0;
    await world.changes(key, 10);
    for (const reader of readers) await comes(reader, 'panel', ['sync 1', ...names(2, 11)]);
    // Once to those who follow the panel, once to the one who follows the workspace.
    expect(world.broadcaster.sent).toBe(20);
  });

  it('stops at once, begun or not, and lets the bus go with the last', async () => {
    const counted = new CountedBus(world.bus);
    const own = new FeedWorld({ bus: counted });
    await own.change(key);
    const reader = own.reader();
    const first = begin(await own.follow(key, reader));
    const second = await own.follow(key, own.reader('second'));
    expect(counted.listening).toBe(1);
    first.stop();
    first.stop();
    await own.change(key);
    expect(reader.of('panel')).toEqual(['sync 1']);
    second.stop();
    await eventually(() => counted.listening === 0, 'the bus to be left');
  });

  it('is found by the sweep when a publish never came', async () => {
    await world.change(key);
    const reader = world.reader();
    begin(await world.follow(key, reader));
    world.pass = () => [];
    await world.changes(key, 3);
    await world.hub.sweep();
    await comes(reader, 'panel', ['sync 1', ...names(2, 4)]);
  });

  it('finds its way back after the store and the bus were away', async () => {
    const away = new Unavailable('The database');
    const bus = new FailingStore(world.bus);
    bus.leave(away, { methods: ['subscribe'] });
    const own = new FeedWorld({ bus: bus.port });
    await own.change(key);
    const reader = own.reader();
    begin(await own.follow(key, reader));
    own.faults.failEach('changesSince', away);
    await own.hub.sweep();
    expect(own.failures.length).toBeGreaterThan(0);

    own.faults.recover();
    bus.recover();
    await own.hub.sweep();
    own.pass = (change) => [change];
    await own.store.append([anAppend(key, 1, [{ state: { n: 2 } }])]);
    const [change] = await own.store.changesSince(key, 1, 1);
    await world.bus.publish(change as Change);
    await comes(reader, 'panel', ['sync 1', '2']);
  });
});

describe('following a workspace', () => {
  const at = (panelId: string) => ({ ...key, panelId });

  it('sends its own events to subscribers that follow and reach all of it, once begun', async () => {
    await world.change(key);
    const [whole, narrow, panel, waiting] = ['whole', 'narrow', 'panel', 'waiting'].map((id) =>
      world.reader(id),
    ) as [FeedReader, FeedReader, FeedReader, FeedReader];
    const following = begin(await world.followWorkspace(key, whole));
    begin(await world.followWorkspace(key, narrow, { ...wholeReach, whole: false }));
    begin(await world.follow(key, panel));
    await world.followWorkspace(key, waiting);

    const event = { kind: 'snapshot_created', snapshot: aSnapshot({ workspace: key }) } as const;
    await world.bus.announce(event);
    expect(whole.events.at(-1)).toEqual({ kind: 'workspace', event });
    for (const reader of [narrow, panel, waiting]) {
      expect(reader.events.filter(({ kind }) => kind === 'workspace')).toEqual([]);
    }
    following.stop();
    await world.bus.announce(event);
    expect(whole.events.filter(({ kind }) => kind === 'workspace')).toHaveLength(1);
  });

  it('begins with every panel, and takes in those to come, within reach', async () => {
    await world.changes(at('a'), 2);
    await world.change(at('hidden'));
    await world.change(at('gone'));
    await world.change(at('gone'), 'deleted');
    const reader = world.reader();
    begin(
      await world.followWorkspace(key, reader, {
        panel: (id) => id !== 'hidden' && id !== 'secret',
        whole: false,
      }),
    );
    for (const id of ['a', 'b', 'b', 'hidden', 'secret']) await world.change(at(id));
    await world.change(at('gone'), 'created');
    await comes(reader, 'a', ['sync 2', '3']);
    await comes(reader, 'b', ['created 1', '2']);
    await comes(reader, 'gone', ['created 3']);
    expect([...reader.of('hidden'), ...reader.of('secret')]).toEqual([]);
  });

  it('takes in a new panel whose creation was not published, with its next change', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    world.pass = () => [];
    await world.changes(key, 2);
    world.pass = (change) => [change];
    await world.change(key);
    await comes(reader, 'panel', ['created 1', '2', '3']);
  });

  it('takes in a new panel at once that a subscriber asked for before it was there', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    await expect(world.follow(key, world.reader('early'))).rejects.toMatchObject({
      code: 'not_found',
    });
    await world.changes(key, 2);
    await comes(reader, 'panel', ['created 1', '2']);
  });

  it('sends a new panel once, although a subscription to it was refused at the same time', async () => {
    const own = new FeedWorld();
    delayResponses(own.faults, [1, 0, 0, 1]);
    own.pass = () => [];
    const refused = own.follow(key, own.reader('refused'));
    const reader = own.reader();
    const whole = own.followWorkspace(key, reader).then(begin);
    await own.change(key);
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    await whole;
    own.pass = (change) => [change];
    await own.change(key);
    await own.hub.sweep();
    await eventually(() => reader.of('panel').at(-1) === '2', 'the second version');
    expect(reader.of('panel')).toHaveLength(2);
    await own.hub.close();
  });

  it('finds a new panel by the sweep', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    world.pass = () => [];
    await world.changes(key, 2);
    await world.hub.sweep();
    await comes(reader, 'panel', ['created 1', '2']);
  });

  it('hears by the sweep that a panel was deleted', async () => {
    await world.change(key);
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    await comes(reader, 'panel', ['sync 1']);
    world.pass = () => [];
    await world.change(key, 'deleted');
    await world.hub.sweep();
    await comes(reader, 'panel', ['sync 1', 'deleted 2']);
    await world.change(key, 'created');
    await world.hub.sweep();
    await comes(reader, 'panel', ['sync 1', 'deleted 2', 'created 3']);
  });

  it('sends a new panel that was deleted before its creation was noticed', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    world.pass = (change) => (change.changeType === 'deleted' ? [change] : []);
    await world.change(key);
    await world.change(key, 'deleted');
    world.pass = () => [];
    for (const type of ['created', 'deleted'] as const) await world.change(key, type);
    for (const type of ['created', 'deleted'] as const) await world.change(at('unheard'), type);
    await world.hub.sweep();
    await comes(reader, 'panel', ['created 1', 'deleted 2', 'created 3', 'deleted 4']);
    await comes(reader, 'unheard', ['created 1', 'deleted 2']);
  });

  it('lists the workspace only when a subscriber begins', async () => {
    await world.change(key);
    const reader = world.reader();
    begin(await world.follow(key, reader));
    expect(world.faults.calls('heads')).toBe(0);
    const whole = begin(await world.followWorkspace(key, world.reader('whole')));
    expect(world.faults.calls('heads')).toBe(1);
    await world.hub.sweep();
    whole.stop();
    world.pass = () => [];
    await world.changes(at('other'), 2);
    await world.change(key);
    await world.hub.sweep();
    await comes(reader, 'panel', ['sync 1', '2']);
    expect(world.faults.calls('heads')).toBe(1);
  });

  it('lists more panels than fit a page', async () => {
    for (let n = 0; n < 1001; n++) await world.change(at(`p${n}`));
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    await eventually(() => reader.events.length === 1001, 'the state of every panel');
  });
});
