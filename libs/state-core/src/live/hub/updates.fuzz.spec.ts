import * as fc from 'fast-check';
import { Unavailable } from '../../errors';
import { MemoryUpdateBus } from '../../memory';
import type { Change, PanelKey, WorkspaceKey } from '../../panels/model';
import { eventually } from '../../testing/eventually';
import { type FeedReader, FeedWorld, FrailBus, delayResponses, wholeReach } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { runs } from '@nexus-state/documents/testing';
import type { PanelFeedEvent } from '../subscribers/subscriber';
import type { FollowTarget, Subscription } from './subscription';

const step = fc.record({
  act: fc.constantFrom(
    ...['change', 'change', 'change', 'change', 'delete', 'panel', 'resume', 'whole', 'stop', 'sweep'],
    ...['together', 'whole after'],
    ...['replace', 'replace'],
    ...['full', 'full', 'drained', 'store away', 'store back', 'bus away', 'bus back'],
  ),
  fate: fc.constantFrom('pass', 'pass', 'pass', 'drop', 'twice', 'late'),
  panel: fc.constantFrom('a', 'b', 'c'),
  turns: fc.nat(3),
  pick: fc.nat(),
});

/** A subscriber, what it follows, and whether that has ended. */
interface TestSubscriber {
  readonly reader: FeedReader;
  readonly panels: readonly string[];
  /** The version they resumed from. */
  readonly seenAt?: number;
  /** The revision they resumed from. */
  readonly afterRevision?: number;
  subscription?: Subscription;
  /** Panels that had never been created when they began. */
  unborn?: readonly string[];
  stopped: boolean;
  /** Whether they could take no more at some time. */
  wasFull?: boolean;
}

describe('any number of subscribers', () => {
  it('get every change once and in order, despite lost or late messages and failures of store and bus', async () => {
    const delays = fc.array(fc.nat(4), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), delays, async (steps, pauses) => {
        const bus = new FrailBus(new MemoryUpdateBus());
        const world = new FeedWorld({ bus });
        delayResponses(world.faults, pauses);
        const workspace = aPanelKey();
        const seats: TestSubscriber[] = [];
        const going: Promise<unknown>[] = [];
        const late: Change[] = [];
        const sit = (subscription: Promise<Subscription>, seat: TestSubscriber) => {
          seats.push(seat);
          const begun = subscription.then(async (one) => {
            seat.subscription = one;
            if (seat.stopped) return one.stop();
            // One that is replaced begins anew.
            seat.reader.events.length = 0;
            one.begin();
            const now = seat.panels.map((panelId) => world.store.read({ ...workspace, panelId }));
            const panels = await Promise.all(now);
            seat.unborn = seat.panels.filter((_, n) => panels[n] === undefined);
          });
          // Refused: deleted in the meantime, or the store was away.
          going.push(begun.catch(() => (seat.stopped = true)));
        };
        for (const { act, fate, panel, turns, pick } of steps) {
          const key = { ...workspace, panelId: panel };
          world.pass = (change) => fateOf(fate, change, late);
          const now = await world.store.read(key);
          const seat: TestSubscriber = {
            reader: world.reader(`${seats.length}`),
            panels: [panel],
            stopped: false,
          };
          if (act === 'change') await world.change(key, now?.deleted === false ? 'updated' : 'created');
          if (act === 'delete' && now?.deleted === false) await world.change(key, 'deleted');
          if (act === 'panel') sit(world.follow(key, seat.reader), seat);
          if (act === 'resume' && now) {
            const seenAt = pick % (now.version + 1);
            sit(world.follow(key, seat.reader, seenAt), { ...seat, seenAt });
          }
          if (act === 'whole') {
            const whole = { ...seat, panels: ['a', 'b', 'c'] };
            sit(world.followWorkspace(workspace, whole.reader), whole);
          }
          if (act === 'whole after') {
            const afterRevision = pick % (world.store.revisionOf(workspace) + 1);
            const whole = { ...seat, panels: ['a', 'b', 'c'], afterRevision };
            sit(world.followWorkspace(workspace, whole.reader, wholeReach, afterRevision), whole);
          }
          if (act === 'together') await world.changeTogether(workspace, ['a', 'b', 'c'].slice(pick % 3));
          const before = seats[pick % seats.length];
          if (act === 'replace' && before?.subscription && !before.stopped) {
            before.stopped = true;
            const { reader, panels, wasFull = false } = before;
            const [panelId, another] = panels as [string, string?];
            const target: FollowTarget = another
              ? { kind: 'workspace', key: workspace, reach: wholeReach }
              : { kind: 'panel', key: { ...workspace, panelId } };
            const next: TestSubscriber = { reader, panels, stopped: false, wasFull };
            sit(world.hub.follow(target, reader, before.subscription), next);
          }
          if (act === 'stop' && seats.length > 0) stop(seats[pick % seats.length] as TestSubscriber);
          const sitting = seats[pick % seats.length];
          if (act === 'full' && sitting) fill(seats, sitting);
          if (act === 'drained' && sitting) drain(world, sitting);
          if (act === 'sweep') going.push(world.hub.sweep());
          if (act === 'store away')
            world.faults.leave(new Unavailable('The database'), { losesResponses: true });
          if (act === 'store back') world.faults.comeBack();
          if (act === 'bus away') bus.leave();
          if (act === 'bus back') bus.comeBack();
          for (let n = 0; n < turns; n++) await new Promise(setImmediate);
        }
        await Promise.all(going);
        world.faults.comeBack();
        bus.comeBack();

        for (const seat of seats) drain(world, seat);
        const everything = async () => {
          await world.hub.sweep();
          for (const seat of seats) {
            for (const panelId of seat.panels) await expectComplete(world, { ...workspace, panelId }, seat);
            if (seat.panels.length > 1) expectInOrder(world, workspace, seat);
          }
          return true;
        };
        await eventually(everything, 'everything to arrive', 2_000);
        expect(world.broadcaster.excess).toBe(0);
        await world.hub.close();
      }),
      runs(200),
    );
  });
});

/** What is published in place of a change: nothing, it, it twice, or it and what was held up before. */
function fateOf(fate: string, change: Change, late: Change[]): readonly Change[] {
  if (fate === 'drop') return [];
  if (fate === 'late') return [...(late.push(change) > 2 ? late.splice(0, 1) : [])];
  return [change, ...(fate === 'twice' ? [change] : []), ...late.splice(0).reverse()];
}

function stop(seat: TestSubscriber): void {
  seat.stopped = true;
  seat.subscription?.stop();
}

/** Those whose reader goes on with another subscription were full with it. */
function fill(seats: readonly TestSubscriber[], { reader }: TestSubscriber): void {
  for (const seat of seats) if (seat.reader === reader) seat.wasFull = true;
  reader.ready = false;
}

function drain(world: FeedWorld, { reader }: TestSubscriber): void {
  reader.ready = true;
  world.hub.onDrain(reader);
}

/** What a reader has of a panel must be in order, without gaps, and reach up to what the store has. */
async function expectComplete(
  world: FeedWorld,
  key: PanelKey,
  { reader, stopped, seenAt, afterRevision, unborn = [], wasFull = false }: TestSubscriber,
): Promise<void> {
  const events = reader.about(key.panelId);
  const versions = events.map((event) =>
    event.kind === 'sync' ? event.panel.version : event.change.version,
  );
  events.forEach((event, index) => {
    if (index === 0) return;
    const [version, before] = [versions[index] as number, versions[index - 1] as number];
    const skips = event.kind === 'sync' || event.change.changeType === 'deleted';
    if (wasFull && skips) return expect(version).toBeGreaterThan(before);
    expect([event.kind, version]).toEqual(['change', before + 1]);
  });
  const panel = await world.store.read(key);
  if (stopped || !panel) return;
  if (wasFull && panel.deleted) return expectGone(events, panel.version);
  if (afterRevision !== undefined && versions.length === 0) return;
  if (!wasFull && unborn.includes(key.panelId)) expect(versions[0]).toBe(1);
  else if (panel.deleted && versions.length === 0) return;
  expect(versions.at(-1) ?? seenAt).toBe(panel.version);
}

/** What a reader of a whole workspace has is in the order of revisions, and after a revision without a gap. */
function expectInOrder(
  world: FeedWorld,
  workspace: WorkspaceKey,
  { reader, stopped, afterRevision, wasFull = false }: TestSubscriber,
): void {
  const changes = reader.events.flatMap((event) => (event.kind === 'change' ? [event.change] : []));
  if (wasFull) return;
  const places = changes.map(({ revision, ordinal }) => revision * 1_000 + ordinal);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  if (stopped || afterRevision === undefined) return;
  const expected = world.store.changesIn(workspace).filter(({ revision }) => revision > afterRevision);
  expect(changes.map(nameOf)).toEqual(expected.map(nameOf));
}

const nameOf = ({ key, version }: Change): string => `${key.panelId} ${version}`;

/** A subscriber that got the panel has to get its deletion. */
function expectGone(events: readonly PanelFeedEvent[], version: number): void {
  const last = events.at(-1);
  if (!last) return;
  expect(last).toMatchObject({ kind: 'change', change: { changeType: 'deleted', version } });
}
