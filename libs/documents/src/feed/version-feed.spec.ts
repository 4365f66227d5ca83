import * as fc from 'fast-check';
import { runs } from '../testing/runs';
import { type FeedStep, VersionFeed } from './version-feed';

const change = (version: number) => ({ version });
type Change = ReturnType<typeof change>;

const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => change(from + index));

function versions({ deliver, ...rest }: FeedStep<Change>) {
  return { deliver: deliver.map(({ version }) => version), ...rest };
}

function feedAt(version: number): VersionFeed<Change> {
  const feed = new VersionFeed<Change>();
  feed.loaded(version);
  return feed;
}

describe('VersionFeed', () => {
  it('delivers the next change at once and those it has delivered never again', () => {
    const feed = feedAt(3);
    expect(versions(feed.hint(change(4)))).toEqual({ deliver: [4] });
    for (const version of [4, 3, 1]) expect(versions(feed.hint(change(version)))).toEqual({ deliver: [] });
    expect(feed.version).toBe(4);
  });

  it('asks history for a change that was not sent along, and once only', () => {
    const feed = feedAt(3);
    expect(versions(feed.hintAt(4))).toEqual({ deliver: [], catchUpFrom: 3 });
    expect(versions(feed.hintAt(4))).toEqual({ deliver: [] });
    expect(versions(feed.hint(change(5)))).toEqual({ deliver: [] });
    expect(versions(feed.page(changes(4, 4)))).toEqual({ deliver: [4, 5] });
    expect(versions(feed.hintAt(5))).toEqual({ deliver: [] });
  });

  it('does not begin with a change that was not sent along', () => {
    const feed = new VersionFeed<Change>();
    expect(versions(feed.hintAt(6))).toEqual({ deliver: [] });
    expect(versions(feed.loaded(5))).toEqual({ deliver: [], catchUpFrom: 5 });
  });

  it('holds hints until it knows where it begins', () => {
    const feed = new VersionFeed<Change>();
    for (const version of [7, 5, 6]) expect(versions(feed.hint(change(version)))).toEqual({ deliver: [] });
    expect(versions(feed.check())).toEqual({ deliver: [] });
    expect(versions(feed.loaded(5))).toEqual({ deliver: [6, 7] });
  });

  it('asks history once for a gap, and goes on with what it held', () => {
    const feed = feedAt(1);
    expect(versions(feed.hint(change(4)))).toEqual({ deliver: [], catchUpFrom: 1 });
    expect(versions(feed.hint(change(5)))).toEqual({ deliver: [] });
    expect(versions(feed.page(changes(2, 3)))).toEqual({ deliver: [2, 3, 4, 5] });
  });

  it('needs no history when the missing change comes after all', () => {
    const feed = feedAt(1);
    feed.hint(change(3));
    expect(versions(feed.hint(change(2)))).toEqual({ deliver: [2, 3] });
    expect(versions(feed.page(changes(2, 3)))).toEqual({ deliver: [] });
  });

  it('asks on while pages leave a gap', () => {
    const feed = feedAt(0);
    expect(versions(feed.loaded(5))).toEqual({ deliver: [], catchUpFrom: 0 });
    expect(versions(feed.page(changes(1, 2)))).toEqual({ deliver: [1, 2], catchUpFrom: 2 });
    expect(versions(feed.page(changes(3, 4)))).toEqual({ deliver: [3, 4], catchUpFrom: 4 });
    expect(versions(feed.page(changes(5, 6)))).toEqual({ deliver: [5, 6] });
  });

  it('forgets hints of what never happened, and does not ask for ever', () => {
    const feed = feedAt(2);
    feed.hint(change(9));
    expect(versions(feed.page([]))).toEqual({ deliver: [] });
    expect(versions(feed.hint(change(3)))).toEqual({ deliver: [3] });
  });

  it('asks again when newer versions were announced while it was asking', () => {
    const feed = feedAt(2);
    feed.hint(change(4));
    feed.hint(change(5));
    expect(versions(feed.page([]))).toEqual({ deliver: [], catchUpFrom: 2 });
  });

  it('asks again on demand after history did not answer', () => {
    const feed = feedAt(2);
    feed.hint(change(4));
    feed.unanswered();
    expect(versions(feed.check())).toEqual({ deliver: [], catchUpFrom: 2 });
    expect(versions(feed.page(changes(3, 4)))).toEqual({ deliver: [3, 4] });
  });

  it('holds no more than it must: what it lets go comes from history', () => {
    const feed = feedAt(0);
    for (const one of changes(2, 1000)) feed.hint(one);
    const step = feed.page([change(1)]);
    expect(step.deliver.map(({ version }) => version)).toEqual(changes(1, 257).map(({ version }) => version));
    expect(step.catchUpFrom).toBe(257);
  });

  it('delivers every version once and in order, with any loss or order of hints', () => {
    const event = fc.record({
      kind: fc.constantFrom(
        'commit',
        'commit',
        'hint',
        'hint',
        'hint',
        'history',
        'failure',
        'false',
        'check',
      ),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.array(event, { maxLength: 200 }), (start, known, events) => {
        const world = { newest: start + known };
        const feed = new VersionFeed<Change>();
        const seen: number[] = [];
        let asked: { readonly from: number; readonly history: number } | undefined;
        const take = ({ deliver, catchUpFrom }: FeedStep<Change>) => {
          seen.push(...deliver.map(({ version }) => version));
          if (catchUpFrom === undefined) return;
          expect(asked).toBeUndefined();
          // The question travels: history answers as it is now, or as it will be later.
          asked = { from: catchUpFrom, history: world.newest };
        };
        const answer = (size: number) => {
          if (!asked) return;
          const { from, history } = asked;
          asked = undefined;
          take(feed.page(changes(from + 1, Math.min(history, from + size))));
        };
        take(feed.loaded(start));
        for (const { kind, pick } of events) {
          if (kind === 'commit') world.newest++;
          if (kind === 'hint' && world.newest > 0) take(feed.hint(change(1 + (pick % world.newest))));
          if (kind === 'history') answer(1 + (pick % 4));
          if (kind === 'false') take(feed.hint(change(world.newest + 50 + (pick % 3))));
          if (kind === 'check') take(feed.check());
          if (kind === 'failure' && asked) {
            asked = undefined;
            feed.unanswered();
          }
        }
        // In the end the sweep comes by, and history answers.
        for (let round = 0; round < 2; round++) {
          while (asked) answer(100);
          take(feed.check());
        }
        while (asked) answer(100);
        expect(seen).toEqual(changes(start + 1, world.newest).map(({ version }) => version));
      }),
      runs(2000),
    );
  });
});
