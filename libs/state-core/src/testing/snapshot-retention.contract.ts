import type { SnapshotRetention, SnapshotStore } from '../snapshots/ports';
import type { Snapshot } from '../snapshots/model';
import { aSnapshot, aWorkspace } from './snapshot-builders';

/** What a retention adapter hands to its contract suite: with the store that the snapshots get into. */
export interface RetentionUnderTest {
  readonly retention: SnapshotRetention;
  readonly snapshots: SnapshotStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `SnapshotRetention`, the same for every adapter. */
export function describeSnapshotRetention(name: string, open: () => Promise<RetentionUnderTest>): void {
  describe(`snapshot retention: ${name}`, () => {
    let subject: RetentionUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    const { signal } = new AbortController();
    const from = '2026-01-02T00:00:00.000Z';
    const to = '2026-01-04T00:00:00.000Z';
    const add = async (instants: readonly string[], overrides: Partial<Snapshot> = {}) => {
      const workspace = aWorkspace();
      for (const createdAt of instants)
        await subject.snapshots.add(aSnapshot({ workspace, type: 'auto', createdAt, ...overrides }));
      return async () =>
        (await subject.snapshots.list(workspace, { limit: 100 })).map(({ createdAt }) => createdAt).reverse();
    };
    const instants = [
      '2026-01-01T23:59:59.000Z',
      '2026-01-01T23:59:59.999Z',
      '2026-01-02T00:00:00.000Z',
      '2026-01-02T00:30:00.000Z',
      '2026-01-02T23:00:00.000Z',
      '2026-01-02T23:59:59.999Z',
      '2026-01-03T00:00:00.000Z',
      '2026-01-04T00:00:00.000Z',
      '2026-01-04T00:00:01.000Z',
    ];

    it('keeps the newest of each hour within the stage, and all outside', async () => {
      const left = await add(instants);
      expect(await subject.retention.thin({ from, to, keep: 'one-an-hour' }, signal)).toBe(2);
      expect(await left()).toEqual(instants.filter((_, n) => n !== 2 && n !== 4));
      expect(await subject.retention.thin({ from, to, keep: 'one-an-hour' }, signal)).toBe(0);
    });

    it('keeps the newest of each day', async () => {
      const left = await add(instants);
      await subject.retention.thin({ from, to, keep: 'one-a-day' }, signal);
      expect(await left()).toEqual(instants.filter((_, n) => ![2, 3, 4].includes(n)));
    });

    it('keeps the newest snapshot of a workspace, however old', async () => {
      const old = await add(instants);
      const none = await add(instants.slice(0, 2));
      await subject.retention.thin({ from: undefined, to, keep: 'newest' }, signal);
      expect(await old()).toEqual(instants.slice(-2));
      expect(await none()).toEqual(instants.slice(1, 2));
    });

    it('does not touch snapshots of other types, nor count them as those of an hour', async () => {
      const manual = await add(instants, { type: 'manual' });
      const left = await add(instants.slice(2, 4));
      await add([]);
      await subject.retention.thin({ from: undefined, to, keep: 'one-an-hour' }, signal);
      await subject.retention.thin({ from: undefined, to, keep: 'newest' }, signal);
      expect(await manual()).toEqual(instants);
      expect(await left()).toEqual(instants.slice(3, 4));
    });

    it('gets through more than one batch, and ends when it is aborted', async () => {
      const many = Array.from({ length: 1_200 }, (_, n) => new Date(Date.parse(from) + n).toISOString());
      const left = await add(many);
      const stage = { from, to, keep: 'one-an-hour' } as const;
      await expect(subject.retention.thin(stage, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
        'stop',
      );
      expect(await subject.retention.thin(stage, signal)).toBe(1_199);
      expect(await left()).toEqual(many.slice(-1));
    });

    it('remembers when it was done', async () => {
      expect(await subject.retention.lastThinned()).toBeUndefined();
      await subject.retention.noteThinned(to);
      expect(await subject.retention.lastThinned()).toBe(to);
    });
  });
}
