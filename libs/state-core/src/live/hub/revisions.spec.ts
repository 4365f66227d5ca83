import type { Change, PanelKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { type FeedReader, FeedWorld, wholeReach } from '../../testing/feed-world';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import type { Subscription } from './subscription';

/** The revisions of the changes that a reader was sent. */
const revisionsOf = ({ events }: FeedReader) =>
  events.flatMap((event) => (event.kind === 'change' ? [event.change.revision] : []));

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

const at = (panelId: string) => ({ ...key, panelId });

describe('a follower of a whole workspace', () => {
  it('sends the changes of all panels in the order of revisions, in whatever order they were published', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    const held: Change[] = [];
    world.pass = (change) => (held.push(change), []);
    for (let n = 0; n < 20; n++) await world.change(at(`p${n % 7}`));
    for (const change of held.reverse()) await world.bus.publish(change, true);
    await eventually(() => reader.events.length === 20, 'all changes');
    expect(revisionsOf(reader)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('goes on behind a revision, with every change after it, and no state', async () => {
    for (let n = 0; n < 250; n++) await world.change(at(`p${n % 3}`));
    const reader = world.reader();
    const following = await world.followWorkspace(key, reader, wholeReach, 120);
    expect(following.revision).toBe(120);
    following.begin();
    await world.change(at('p0'));
    await eventually(() => reader.events.length === 131, 'all changes');
    expect(revisionsOf(reader)).toEqual(Array.from({ length: 131 }, (_, n) => n + 121));
  });

  it('begins with the states where the revision is not reached', async () => {
    await world.changes(key, 2);
    const reader = world.reader();
    const following = begin(await world.followWorkspace(key, reader, wholeReach, 3));
    expect(following.revision).toBe(2);
    await eventually(() => reader.of('panel').join() === 'sync 2', 'the state');
  });

  it('sends all changes of a transaction, which share a revision, and finds them in history', async () => {
    const reader = world.reader();
    begin(await world.followWorkspace(key, reader));
    const ids = Array.from({ length: 250 }, (_, n) => `t${1000 + n}`);
    await world.store.appendTogether(
      ids.map((id) => anAppend(at(id), 0, [{ state: {} }])),
      [],
    );
    const [change] = await world.store.changesSince(at('t1249'), 0, 1);
    await world.bus.publish(change as Change, false);
    await eventually(() => reader.events.length === 250, 'all changes');
    expect(new Set(revisionsOf(reader))).toEqual(new Set([1]));
    await world.change(at('t1000'));
    await eventually(() => reader.events.length === 251, 'the next one');
  });
});
