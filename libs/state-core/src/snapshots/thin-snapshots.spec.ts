import { MemorySnapshotRetention, MemorySnapshotStore } from '../memory';
import { aSnapshot, aWorkspace } from '../testing/snapshot-builders';
import { thinSnapshots } from './thin-snapshots';

const minute = 60_000;
const day = 24 * 60 * minute;

describe('thinSnapshots', () => {
  it('keeps a day whole, a week by the hour, a month by the day, and every snapshot a user asked for', async () => {
    const snapshots = new MemorySnapshotStore();
    const retention = new MemorySnapshotRetention(snapshots);
    const workspace = aWorkspace();
    const start = Date.parse('2026-01-01T00:00:00.000Z');
    const at = (ms: number) => new Date(ms).toISOString();
    await snapshots.add(aSnapshot({ workspace, type: 'manual', createdAt: at(start) }));
    const end = start + 45 * day;
    for (let now = start; now < end; now += 15 * minute) {
      await snapshots.add(aSnapshot({ workspace, type: 'auto', createdAt: at(now) }));
      if ((now - start) % (30 * 60 * minute) === 0)
        await thinSnapshots(
          { retention, retentionMs: 30 * day, now: () => now },
          new AbortController().signal,
        );
    }
    await thinSnapshots({ retention, retentionMs: 30 * day, now: () => end }, new AbortController().signal);

    const listed = await snapshots.list(workspace, { limit: 10_000 });
    const ages = listed.map(({ createdAt }) => (end - Date.parse(createdAt)) / day);
    const between = (from: number, to: number) => ages.filter((age) => age > from && age <= to).length;
    expect(between(0, 1)).toBe(96);
    expect(between(1, 7)).toBe(6 * 24);
    expect(between(7, 30)).toBe(23);
    expect(listed.filter(({ createdAt }) => Date.parse(createdAt) < end - 30 * day)).toMatchObject([
      { type: 'manual' },
    ]);
  });

  it('removes nothing where everything is to be kept', async () => {
    const snapshots = new MemorySnapshotStore();
    const retention = new MemorySnapshotRetention(snapshots);
    const old = aSnapshot({ type: 'auto', createdAt: '2020-01-01T00:00:00.000Z' });
    await snapshots.add(old);
    await snapshots.add({ ...old, snapshotId: aSnapshot().snapshotId });
    const { signal } = new AbortController();
    expect(await thinSnapshots({ retention, retentionMs: 0 }, signal)).toEqual({ removed: 0 });
    expect(await snapshots.list(old.workspace, { limit: 10 })).toHaveLength(2);
  });
});
