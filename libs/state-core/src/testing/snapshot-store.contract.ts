import type { SnapshotStore } from '../snapshots/ports';
import type { Snapshot } from '../snapshots/model';
import { aSnapshot, aWorkspace } from './snapshot-builders';

/** What a store adapter hands to its contract suite. */
export interface SnapshotStoreUnderTest {
  readonly snapshots: SnapshotStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `SnapshotStore`, the same for every adapter. */
export function describeSnapshotStore(name: string, open: () => Promise<SnapshotStoreUnderTest>): void {
  describe(`snapshot store: ${name}`, () => {
    let subject: SnapshotStoreUnderTest;
    let snapshots: SnapshotStore;
    beforeAll(async () => {
      subject = await open();
      snapshots = subject.snapshots;
    });
    afterAll(() => subject?.close?.());

    it('has none at first', async () => {
      const workspace = aWorkspace();
      expect(await snapshots.list(workspace, { limit: 10 })).toEqual([]);
      expect(await snapshots.read(workspace, aSnapshot().snapshotId)).toBeUndefined();
    });

    it.each<Partial<Snapshot>>([{}, { description: 'it\'s\n"quoted"', totalSizeBytes: 2 ** 40 }])(
      'reads back what was added (%#)',
      async (overrides) => {
        const snapshot = aSnapshot(overrides);
        await snapshots.add(snapshot);
        expect(await snapshots.read(snapshot.workspace, snapshot.snapshotId)).toEqual(snapshot);
        expect(await snapshots.list(snapshot.workspace, { limit: 10 })).toEqual([snapshot]);
      },
    );

    it('keeps the first of two additions with one id', async () => {
      const snapshot = aSnapshot();
      await snapshots.add(snapshot);
      await snapshots.add({ ...snapshot, panelCount: 99 });
      expect(await snapshots.list(snapshot.workspace, { limit: 10 })).toEqual([snapshot]);
    });

    it('lists newest first, page by page, equal instants by id', async () => {
      const workspace = aWorkspace();
      const instants = ['05.000', '05.001', '05.001', '05.001', '06.000'];
      const added = instants.map((at) => aSnapshot({ workspace, createdAt: `2026-01-02T03:04:${at}Z` }));
      for (const snapshot of added) await snapshots.add(snapshot);
      const expected = [...added].sort((a, b) =>
        `${a.createdAt} ${a.snapshotId}` < `${b.createdAt} ${b.snapshotId}` ? 1 : -1,
      );

      const pages: Snapshot[] = [];
      for (let page = await snapshots.list(workspace, { limit: 2 }); page.length > 0;) {
        pages.push(...page);
        page = await snapshots.list(workspace, { limit: 2, after: pages.at(-1) });
      }
      expect(pages).toEqual(expected);
    });

    it('keeps owners apart who use the same ids', async () => {
      const mine = aSnapshot();
      const yours = { ...mine, workspace: aWorkspace() };
      await snapshots.add(mine);
      expect(await snapshots.read(yours.workspace, mine.snapshotId)).toBeUndefined();
      await snapshots.add(yours);
      expect(await snapshots.list(yours.workspace, { limit: 10 })).toEqual([yours]);
    });
  });
}
