import type { PanelKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { aPanelKey } from '../../testing/panel-builders';
import { type Onlooker, type PresenceGateway, PresenceWorld } from '../../testing/presence-world';

let world: PresenceWorld;
let here: PresenceGateway;
let there: PresenceGateway;
let key: PanelKey;

beforeEach(async () => {
  world = new PresenceWorld();
  [here, there] = [await world.gateway(), await world.gateway()];
  key = aPanelKey();
});
afterEach(() => world.close());

const sees = (onlooker: Onlooker, expected: readonly string[], panelId?: string) =>
  eventually(
    () => JSON.stringify(onlooker.sees(panelId)) === JSON.stringify(expected),
    `${expected.join(', ')}; ${onlooker.id} sees ${onlooker.sees(panelId).join(', ')}`,
    5_000,
  );

/** A connection of a gateway that follows the panel. */
const follower = async (gateway: PresenceGateway, id: string) => {
  const onlooker = gateway.onlooker(id);
  const subscription = await gateway.follow(key, onlooker);
  return Object.assign(onlooker, { subscription, stop: () => subscription.stop() });
};

describe('who is present', () => {
  it('is sent to the others in the panel, at this gateway and at others', async () => {
    const [a, b, c] = [await follower(here, 'a'), await follower(here, 'b'), await follower(there, 'c')];
    here.show(key, a, { cursor: 1 });
    for (const one of [b, c]) await sees(one, ['a={"cursor":1}']);
    expect(c.events.at(-1)?.members).toEqual([
      { connectionId: 'a', userId: 'user of a', data: { cursor: 1 } },
    ]);
    there.show(key, c, 'here');
    here.show(key, a, { cursor: 2 });
    await sees(a, ['c="here"']);
    await sees(b, ['a={"cursor":2}', 'c="here"']);
    await sees(c, ['a={"cursor":2}']);
  });

  it('is not sent to a client because of its own change alone', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(here, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    here.show(key, a, 2);
    await sees(b, ['a=2']);
    expect(a.events).toEqual([]);
  });

  it('is sent to later followers at every gateway', async () => {
    const a = await follower(here, 'a');
    here.show(key, a, 1);
    const [b, c] = [await follower(here, 'b'), await follower(there, 'c')];
    await sees(b, ['a=1']);
    await sees(c, ['a=1']);
    const d = there.onlooker('d');
    await there.followWorkspace(key, d);
    await sees(d, ['a=1']);
  });

  it('is sent correctly to a follower that joins while another member comes and goes', async () => {
    const a = await follower(here, 'a');
    here.show(key, a, 1);
    const b = await follower(here, 'b');
    here.show(key, a, null);
    const c = await follower(here, 'c');
    await sees(b, []);
    here.show(key, c, 2);
    for (const one of [a, b]) await sees(one, ['c=2']);
  });

  it('is sent for every panel within reach to those who follow the workspace', async () => {
    const other = { ...key, panelId: 'other' };
    const [a, b, c] = [here.onlooker('a'), there.onlooker('b'), there.onlooker('c')];
    await here.followWorkspace(key, a);
    here.show(key, a, 1);
    here.show(other, a, 2);
    await there.followWorkspace(key, b);
    await there.followWorkspace(key, c, { panel: (panelId) => panelId === 'other', whole: false });
    await sees(b, ['a=1']);
    for (const one of [b, c]) await sees(one, ['a=2'], 'other');
    here.show({ ...key, panelId: 'new' }, a, 3);
    await sees(b, ['a=3'], 'new');
    expect(c.sees('panel')).toEqual([]);
    expect(c.sees('new')).toEqual([]);
    expect(() => there.show(key, c, 1)).toThrow('not subscribed');
  });

  it.each([
    ['leaves', (a: Onlooker) => here.show(key, a, null)],
    ['unsubscribes', (a: Onlooker & { stop: () => void }) => a.stop()],
  ])('is without who %s', async (_, go) => {
    const [a, b, c] = [await follower(here, 'a'), await follower(here, 'b'), await follower(there, 'c')];
    here.show(key, a, 1);
    for (const one of [b, c]) await sees(one, ['a=1']);
    go(a);
    for (const one of [b, c]) await sees(one, []);
    expect(c.events.at(-1)?.members).toEqual([]);
  });

  it('is kept while another subscription covers the panel', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    const whole = await here.followWorkspace(key, a);
    const again = await here.follow(key, a);
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    a.stop();
    a.stop();
    again.stop();
    here.show(key, a, 2);
    await sees(b, ['a=2']);
    whole.stop();
    await sees(b, []);
  });

  it('is refused from those who do not follow the panel, and from those who show too much', async () => {
    const few = await world.gateway({ maxPanels: 2 });
    const a = few.onlooker('a');
    expect(() => few.show(key, a, 1)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    await few.followWorkspace(key, a);
    const tooLarge = expect.objectContaining({ code: 'validation_failed' });
    few.show(key, a, 'x'.repeat(4094));
    expect(() => few.show(key, a, 'x'.repeat(4095))).toThrow(tooLarge);
    expect(() => few.show(key, a, '€'.repeat(1365))).toThrow(tooLarge);
    expect(() => few.show(key, a, undefined as never)).toThrow(tooLarge);
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n++) deep = [deep];
    expect(() => few.show(key, a, deep as never)).toThrow(tooLarge);
    few.show({ ...key, panelId: 'second' }, a, 1);
    expect(() => few.show({ ...key, panelId: 'third' }, a, 1)).toThrow(tooLarge);
    few.show(key, a, 2);
    few.show(key, a, null);
    few.show({ ...key, panelId: 'third' }, a, 1);
  });

  it('goes out at most once in a pause, and the newest of it wins', async () => {
    const slow = await world.gateway({ pauseMs: 200 });
    const [a, b] = [await follower(slow, 'a'), await follower(slow, 'b')];
    const c = await follower(there, 'c');
    for (let n = 0; n < 500; n++) slow.show(key, a, n);
    await sees(b, ['a=499']);
    await sees(c, ['a=499']);
    const start = performance.now();
    const before = slow.broadcaster.sent;
    let n = 0;
    await eventually(() => {
      slow.show(key, a, ++n);
      return performance.now() - start > 1_000;
    }, 'a second to pass');
    await sees(b, [`a=${n}`]);
    const pauses = Math.ceil((performance.now() - start) / 200);
    expect(n).toBeGreaterThan(pauses + 2);
    expect(slow.broadcaster.sent - before).toBeLessThanOrEqual(pauses + 1);
    expect(slow.board.calls('put')).toBeLessThanOrEqual(pauses + 4);
    await sees(c, [`a=${n}`]);
  });

  it('is sent to a connection with a full backlog only after it has drained', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(here, 'b')];
    b.ready = false;
    here.show(key, a, 1);
    const c = await follower(here, 'c');
    await sees(c, ['a=1']);
    here.show(key, a, 2);
    await sees(c, ['a=2']);
    expect(b.events).toEqual([]);
    b.ready = true;
    here.hub.onDrain(b);
    here.hub.onDrain(b);
    expect(b.events.map(({ members }) => members[0]?.data)).toEqual([2]);
  });
});

describe('a gateway', () => {
  it('that dies takes its connections with it, and the others are notified', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    world.now += 900;
    await world.renewLeases(here);
    expect(b.sees()).toEqual(['a=1']);
    world.now += 200;
    await world.renewLeases(here);
    await sees(b, []);
  });

  it('that was only slow has its connections shown again', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    world.now += 1_100;
    await world.renewLeases(here);
    await sees(b, []);
    await world.renewLeases();
    await sees(b, ['a=1']);
  });

  it('that is closed takes its connections away at once', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    await here.hub.close();
    await sees(b, []);
  });

  it('reads the board no more than it must, and forgets what is no longer needed', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    const before = [here.boardCalls, there.boardCalls];
    for (let n = 0; n < 5; n++) await world.renewLeases();
    const fiveRenewals = before.map((calls) => ({ ...calls, renew: calls.renew + 5 }));
    expect([here.boardCalls, there.boardCalls]).toEqual(fiveRenewals);
    a.stop();
    b.stop();
    await eventually(() => world.shared.listening.size === 0, 'the last listener to stop');
    expect([...world.shared.panels.values()].every((shown) => shown.size === 0)).toBe(true);
  });
});

describe('while the board is away', () => {
  it('those at one gateway still see each other, and the others as they were', async () => {
    const [a, b, c] = [await follower(here, 'a'), await follower(here, 'b'), await follower(there, 'c')];
    there.show(key, c, 1);
    await sees(a, ['c=1']);
    for (const gateway of [here, there]) gateway.loseBoard();
    here.show(key, a, 2);
    await sees(b, ['a=2', 'c=1']);
    const late = await follower(here, 'd');
    await sees(late, ['a=2', 'c=1']);
    await world.renewLeases();
    expect(here.failures.length).toBeGreaterThan(0);
    for (const { board } of [here, there]) board.comeBack();
    await world.renewLeases();
    await sees(c, ['a=2']);
  });

  it('a follower that comes meanwhile is notified afterwards', async () => {
    const a = await follower(here, 'a');
    here.show(key, a, 1);
    await eventually(() => world.shared.panels.size > 0, 'it to be on the board');
    there.loseBoard();
    const [b, c] = [await follower(there, 'b'), there.onlooker('c')];
    await there.followWorkspace(key, c);
    await world.renewLeases();
    there.board.comeBack();
    for (let n = 0; n < 3; n++) await world.renewLeases();
    for (const one of [b, c]) await sees(one, ['a=1']);
    here.show(key, a, 2);
    for (const one of [b, c]) await sees(one, ['a=2']);
  });

  it('no member flickers when it has lost everything', async () => {
    const [a, b] = [await follower(here, 'a'), await follower(there, 'b')];
    here.show(key, a, 1);
    await sees(b, ['a=1']);
    world.shared.lose();
    for (let n = 0; n < 3; n++) await world.renewLeases();
    here.show(key, a, 2);
    await sees(b, ['a=2']);
    expect(b.events.map(({ members }) => members.length)).not.toContain(0);
  });
});
