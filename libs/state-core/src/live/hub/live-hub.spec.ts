import type { PanelKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { CountedBus, type FeedReader, FeedWorld, wholeReach } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { type Onlooker, type PresenceGateway, PresenceWorld } from '../../testing/presence-world';
import type { FollowTarget } from './subscription';

const key: PanelKey = aPanelKey();
const panel: FollowTarget = { kind: 'panel', key };
const whole: FollowTarget = { kind: 'workspace', key, reach: wholeReach };

const comes = (reader: FeedReader, expected: readonly string[]) =>
  eventually(
    () => JSON.stringify(reader.of('panel')) === JSON.stringify(expected),
    `${expected.join(', ')}; there is ${reader.of('panel').join(', ')}`,
    5_000,
  );

describe('the updates of a subscription that is replaced', () => {
  let world: FeedWorld;
  let reader: FeedReader;
  beforeEach(async () => {
    world = new FeedWorld();
    reader = world.reader();
    await world.change(key);
  });
  afterEach(() => world.hub.close());

  it.each([
    ['a panel', panel],
    ['a workspace', whole],
  ])('end at once, and begin anew: %s', async (_, target) => {
    const first = await world.hub.follow(target, reader);
    first.begin();
    await comes(reader, ['sync 1']);
    const second = await world.hub.follow(target, reader, first);
    await world.change(key);
    expect(reader.of('panel')).toEqual(['sync 1']);
    second.begin();
    const begun = target.kind === 'panel' ? ['sync 1', 'sync 1', '2'] : ['sync 1', 'sync 2'];
    await comes(reader, begun);
    first.stop();
    await world.change(key);
    await comes(reader, [...begun, '3']);
    second.stop();
    await world.change(key);
    expect(reader.of('panel')).toEqual([...begun, '3']);
  });

  it('go on through another subscription to the same panel', async () => {
    const subscriptions = [await world.follow(key, reader), await world.followWorkspace(key, reader)];
    const twice = await world.follow(key, reader);
    for (const subscription of [...subscriptions, twice]) subscription.begin();
    await comes(reader, ['sync 1']);
    const seen = ['sync 1'];
    for (const [n, subscription] of [...subscriptions, twice].entries()) {
      await world.change(key);
      await comes(reader, [...seen, `${n + 2}`]);
      seen.push(`${n + 2}`);
      subscription.stop();
      // It came through the workspace until now, and begins anew.
      if (n === 1) await comes(reader, [...seen, 'sync 3']);
      if (n === 1) seen.push('sync 3');
    }
    await world.change(key);
    expect(reader.of('panel')).toEqual(seen);
  });

  it('end also when the new one is refused, or stopped before it begins', async () => {
    const bus = new CountedBus(world.bus);
    const own = new FeedWorld({ bus });
    await own.change(key);
    const first = await own.hub.follow(panel, reader);
    first.begin();
    const second = await own.hub.follow(panel, reader, first);
    second.stop();
    second.begin();
    const third = await own.hub.follow(panel, reader);
    third.begin();
    await own.change(key, 'deleted');
    await expect(own.hub.follow(panel, reader, third)).rejects.toMatchObject({ code: 'not_found' });
    await eventually(() => bus.listening === 0, 'the bus to be left');
  });
});

describe('the presence of a connection whose subscription is replaced', () => {
  let world: PresenceWorld;
  let here: PresenceGateway;
  let [shown, other]: Onlooker[] = [];
  beforeEach(async () => {
    world = new PresenceWorld();
    here = await world.gateway();
    [shown, other] = [here.onlooker('shown'), here.onlooker('other')];
    await here.follow(key, other);
  });
  afterEach(() => world.close());

  const sees = (data: string | undefined) => eventually(() => other?.sees().at(0) === data, `${data}`, 5_000);

  it('stays until the new one begins, and through it', async () => {
    const first = await here.follow(key, shown as Onlooker);
    here.show(key, shown as Onlooker, 1);
    await sees('shown=1');
    const second = await here.hub.follow(whole, shown as Onlooker, first);
    here.show(key, shown as Onlooker, 2);
    await sees('shown=2');
    second.begin();
    here.show(key, shown as Onlooker, 3);
    await sees('shown=3');
    expect(other?.events.map(({ members }) => members.length)).not.toContain(0);
    second.stop();
    await sees(undefined);
  });

  it('ends when the new one is refused', async () => {
    const first = await here.follow(key, shown as Onlooker);
    here.show(key, shown as Onlooker, 1);
    await sees('shown=1');
    const missing: FollowTarget = { kind: 'panel', key: { ...key, panelId: 'missing' } };
    await expect(here.hub.follow(missing, shown as Onlooker, first)).rejects.toMatchObject({
      code: 'not_found',
    });
    await sees(undefined);
  });
});

it('refuses to follow anything once it is closed, and says to try elsewhere or later', async () => {
  const world = new FeedWorld();
  await world.change(key);
  await world.hub.close();
  await expect(world.follow(key, world.reader())).rejects.toMatchObject({ code: 'unavailable' });
});
