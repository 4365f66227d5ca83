import { eventually } from '../../testing/eventually';
import { FeedWorld } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { followPanel } from './follow-panel';

const key = aPanelKey();
let world: FeedWorld;
let end: AbortController;
let seen: string[];
let allowed: boolean;

beforeEach(() => {
  world = new FeedWorld();
  end = new AbortController();
  seen = [];
  allowed = true;
});
afterEach(() => end.abort());

async function follow(afterVersion?: number): Promise<void> {
  const authorize = async () => {
    if (!allowed) throw new Error('no longer allowed');
  };
  const query = { key, afterVersion, authorize, signal: end.signal };
  for await (const event of followPanel(query, world)) {
    if (event.kind === 'state') seen.push(`state ${event.panel.version}`);
    else seen.push(...event.changes.map(({ changeType, version }) => `${changeType} ${version}`));
  }
}

const sees = (...events: string[]) =>
  eventually(() => seen.join() === events.join(), `${events.join()}, not ${seen.join()}`, 10_000);

it('gives the state, then every change after it', async () => {
  await world.changes(key, 3);
  const following = follow();
  await sees('state 3');
  await world.changes(key, 2);
  await world.change(key, 'deleted');
  await sees('state 3', 'updated 4', 'updated 5', 'deleted 6');
  end.abort();
  await following;
});

it('gives every change after a version, page by page', async () => {
  await world.changes(key, 250);
  const following = follow(0);
  await eventually(() => seen.length === 250, '250 changes', 10_000);
  expect(seen).toEqual(['created 1', ...Array.from({ length: 249 }, (_, n) => `updated ${n + 2}`)]);
  end.abort();
  await following;
});

it('finds what was not published', async () => {
  world.pass = () => [];
  await world.changes(key, 1);
  const following = follow(1);
  await world.changes(key, 1);
  await sees('updated 2');
  end.abort();
  await following;
});

it('begins with the state after a version that the panel has not reached', async () => {
  await world.changes(key, 2);
  const following = follow(7);
  await sees('state 2');
  end.abort();
  await following;
});

it('goes on from a version after a deletion, and refuses to begin there', async () => {
  await world.changes(key, 1);
  await world.change(key, 'deleted');
  await expect(follow()).rejects.toMatchObject({ code: 'not_found' });
  const following = follow(1);
  await sees('deleted 2');
  await world.change(key, 'created');
  await sees('deleted 2', 'created 3');
  end.abort();
  await following;
});

it.each([undefined, 0, 3])('refuses a panel that was never created, after version %s', async (version) => {
  await expect(follow(version)).rejects.toMatchObject({ code: 'not_found' });
});

it('ends with what the check throws', async () => {
  await world.changes(key, 1);
  const following = follow();
  await sees('state 1');
  allowed = false;
  await expect(following).rejects.toThrow('no longer allowed');
});
