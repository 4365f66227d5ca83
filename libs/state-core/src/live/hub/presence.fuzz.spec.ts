import * as fc from 'fast-check';
import { eventually } from '../../testing/eventually';
import { wholeReach } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { type Onlooker, type PresenceGateway, PresenceWorld } from '../../testing/presence-world';
import { runs } from '@nexus-state/documents/testing';
import type { FollowTarget, Subscription } from './subscription';

const step = fc.record({
  act: fc.constantFrom(
    ...['panel', 'panel', 'whole', 'show', 'show', 'show', 'hide', 'stop', 'full', 'drained'],
    ...['replace', 'replace'],
    ...['kill', 'stall', 'away', 'back', 'lose', 'tick'],
  ),
  gateway: fc.nat(2),
  panel: fc.constantFrom('a', 'b'),
  turns: fc.nat(3),
  pick: fc.nat(),
});

/** A connection, where it is, what it follows and what it shows. */
interface TestSubscriber {
  readonly gateway: PresenceGateway;
  readonly onlooker: Onlooker;
  readonly follows: { readonly panels: readonly string[]; readonly subscription: Subscription }[];
  readonly shows: Map<string, number>;
}

describe('however gateways, connections and the board come and go', () => {
  it('every connection ends up seeing exactly the others that are present', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const world = new PresenceWorld();
        const workspace = aPanelKey();
        const gateways = [await world.gateway(), await world.gateway(), await world.gateway()];
        const dead = new Set<PresenceGateway>();
        const seats: TestSubscriber[] = [];
        for (const [n, { act, gateway: at, panel, turns, pick }] of steps.entries()) {
          const gateway = gateways[at] as PresenceGateway;
          const seat = seats[pick % seats.length];
          const key = { ...workspace, panelId: panel };
          if (act === 'panel' || act === 'whole') {
            const known = pick % 2 === 0 ? seat : undefined;
            const one: TestSubscriber = known ?? {
              gateway,
              onlooker: gateway.onlooker(`c${n}`),
              follows: [],
              shows: new Map(),
            };
            if (!known) seats.push(one);
            const subscription =
              act === 'panel'
                ? await one.gateway.follow(key, one.onlooker)
                : await one.gateway.followWorkspace(workspace, one.onlooker);
            one.follows.push({ panels: act === 'panel' ? [panel] : ['a', 'b'], subscription });
          }
          if (act === 'show' && seat && followed(seat).has(panel)) {
            seat.gateway.show(key, seat.onlooker, n);
            seat.shows.set(panel, n);
          }
          if (act === 'hide' && seat && followed(seat).has(panel)) {
            seat.gateway.show(key, seat.onlooker, null);
            seat.shows.delete(panel);
          }
          const before = seat?.follows[pick % 3];
          if (act === 'replace' && seat && before) {
            const [panelId, another] = before.panels as [string, string?];
            const target: FollowTarget = another
              ? { kind: 'workspace', key: workspace, reach: wholeReach }
              : { kind: 'panel', key: { ...workspace, panelId } };
            const subscription = await seat.gateway.hub.follow(target, seat.onlooker, before.subscription);
            subscription.begin();
            seat.follows[pick % 3] = { panels: before.panels, subscription };
          }
          if (act === 'stop' && seat) {
            seat.follows.splice(pick % 3, 1)[0]?.subscription.stop();
            for (const shown of seat.shows.keys()) if (!followed(seat).has(shown)) seat.shows.delete(shown);
          }
          if (act === 'full' && seat) seat.onlooker.ready = false;
          if (act === 'drained' && seat) drain(seat);
          if (act === 'kill' && dead.size === 0 && pick % 4 === 0) {
            dead.add(gateway);
            gateway.loseBoard();
          }
          if (act === 'stall') world.now += pick % 1_500;
          if (act === 'away' && !dead.has(gateway)) gateway.loseBoard();
          if (act === 'back' && !dead.has(gateway)) gateway.board.comeBack();
          if (act === 'lose') world.shared.lose();
          if (act === 'tick') void world.renewLeases(...dead);
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        }

        for (const gateway of gateways) if (!dead.has(gateway)) gateway.board.comeBack();
        world.now += 1_500;
        for (const seat of seats) drain(seat);
        const alive = seats.filter(({ gateway }) => !dead.has(gateway));
        const everything = async () => {
          await world.renewLeases(...dead);
          for (const seat of alive) for (const panel of followed(seat)) expectToSee(alive, seat, panel);
          return true;
        };
        await eventually(everything, 'everybody to see everybody', 5_000);

        for (const { follows } of seats) for (const { subscription } of follows) subscription.stop();
        await eventually(
          async () => {
            await world.renewLeases(...dead);
            return world.shared.listening.size <= dead.size;
          },
          'the last listener to stop',
          3_000,
        );
        await world.close();
      }),
      runs(150),
    );
  });
});

function followed({ follows }: TestSubscriber): Set<string> {
  return new Set(follows.flatMap(({ panels }) => panels));
}

function drain({ gateway, onlooker }: TestSubscriber): void {
  onlooker.ready = true;
  gateway.hub.onDrain(onlooker);
}

function expectToSee(alive: readonly TestSubscriber[], seat: TestSubscriber, panel: string): void {
  const present = alive.filter((other) => other !== seat && other.shows.has(panel));
  const expected = present.map(({ onlooker, shows }) => `${onlooker.id}=${shows.get(panel)}`).sort();
  expect([...seat.onlooker.sees(panel)].sort()).toEqual(expected);
}
