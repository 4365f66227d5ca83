import * as fc from 'fast-check';
import { eventually } from '../../testing/eventually';
import { wholeReach } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { type Onlooker, type PresenceGateway, PresenceWorld } from '../../testing/presence-world';
import { runs } from '@nexus-state/documents/testing';

const step = fc.record({
  act: fc.constantFrom(
    ...['panel', 'panel', 'whole', 'show', 'show', 'show', 'hide', 'stop', 'full', 'drained'],
    ...['kill', 'stall', 'away', 'back', 'lose', 'tick'],
  ),
  gateway: fc.nat(2),
  panel: fc.constantFrom('a', 'b'),
  turns: fc.nat(3),
  pick: fc.nat(),
});

/** A connection, where it is, what it follows and what it shows. */
interface Seat {
  readonly gateway: PresenceGateway;
  readonly onlooker: Onlooker;
  readonly follows: { readonly panels: readonly string[]; readonly stop: () => void }[];
  readonly shows: Map<string, number>;
}

describe('however gateways, connections and the board come and go', () => {
  it('everybody ends up seeing all others who are present, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const world = new PresenceWorld();
        const workspace = aPanelKey();
        const gateways = [await world.gateway(), await world.gateway(), await world.gateway()];
        const dead = new Set<PresenceGateway>();
        const seats: Seat[] = [];
        for (const [n, { act, gateway: at, panel, turns, pick }] of steps.entries()) {
          const gateway = gateways[at] as PresenceGateway;
          const seat = seats[pick % seats.length];
          const key = { ...workspace, panelId: panel };
          if (act === 'panel' || act === 'whole') {
            const known = pick % 2 === 0 ? seat : undefined;
            const one: Seat = known ?? {
              gateway,
              onlooker: gateway.onlooker(`c${n}`),
              follows: [],
              shows: new Map(),
            };
            if (!known) seats.push(one);
            const { presence } = one.gateway;
            const follow =
              act === 'panel'
                ? { panels: [panel], stop: presence.followPanel(key, one.onlooker) }
                : { panels: ['a', 'b'], stop: presence.followWorkspace(workspace, one.onlooker, wholeReach) };
            one.follows.push(follow);
          }
          if (act === 'show' && seat && followed(seat).has(panel)) {
            seat.gateway.show(key, seat.onlooker, n);
            seat.shows.set(panel, n);
          }
          if (act === 'hide' && seat && followed(seat).has(panel)) {
            seat.gateway.show(key, seat.onlooker, null);
            seat.shows.delete(panel);
          }
          if (act === 'stop' && seat) {
            seat.follows.splice(pick % 3, 1)[0]?.stop();
            for (const shown of seat.shows.keys()) if (!followed(seat).has(shown)) seat.shows.delete(shown);
          }
          if (act === 'full' && seat) seat.onlooker.ready = false;
          if (act === 'drained' && seat) drain(seat);
          if (act === 'kill' && dead.size === 0 && pick % 4 === 0) {
            dead.add(gateway);
            gateway.board.away = true;
          }
          if (act === 'stall') world.now += pick % 1_500;
          if (act === 'away' && !dead.has(gateway)) gateway.board.away = true;
          if (act === 'back' && !dead.has(gateway)) gateway.board.away = false;
          if (act === 'lose') world.shared.lose();
          if (act === 'tick') void world.tick(...dead);
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        }

        for (const gateway of gateways) gateway.board.away = dead.has(gateway);
        world.now += 1_500;
        for (const seat of seats) drain(seat);
        const alive = seats.filter(({ gateway }) => !dead.has(gateway));
        const everything = async () => {
          await world.tick(...dead);
          for (const seat of alive) for (const panel of followed(seat)) expectToSee(alive, seat, panel);
          return true;
        };
        await eventually(everything, 'everybody to see everybody', 5_000);

        for (const { follows } of seats) for (const { stop } of follows) stop();
        await eventually(
          async () => {
            await world.tick(...dead);
            return world.shared.listening.size <= dead.size;
          },
          'nobody to listen any longer',
          3_000,
        );
        await world.close();
      }),
      runs(150),
    );
  });
});

function followed({ follows }: Seat): Set<string> {
  return new Set(follows.flatMap(({ panels }) => panels));
}

function drain({ gateway, onlooker }: Seat): void {
  onlooker.ready = true;
  gateway.presence.drained(onlooker);
}

function expectToSee(alive: readonly Seat[], seat: Seat, panel: string): void {
  const present = alive.filter((other) => other !== seat && other.shows.has(panel));
  const expected = present.map(({ onlooker, shows }) => `${onlooker.id}=${shows.get(panel)}`).sort();
  expect([...seat.onlooker.sees(panel)].sort()).toEqual(expected);
}
