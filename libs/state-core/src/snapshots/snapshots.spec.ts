import { MemorySnapshotQueue, MemorySnapshotStore } from '../memory';
import { SnapshotFailed, SnapshotPending, Unavailable } from '../errors';
import { ValidationFailed } from '@nexus-state/documents';
import type { SnapshotRequest } from './model';
import { aSnapshot, aWorkspace } from '../testing/snapshot-builders';
import { listSnapshots } from './list-snapshots';
import { requestSnapshot } from './request-snapshot';

const aCommand = () => ({ workspace: aWorkspace(), requestedBy: 'ann', waitMs: 1_000 });

describe('requestSnapshot', () => {
  it('asks for a manual snapshot where nothing else is said, and gives what the worker took', async () => {
    const requests: SnapshotRequest[] = [];
    const taken = aSnapshot();
    const queue = new MemorySnapshotQueue(
      async (request) => (requests.push(request), { outcome: 'taken', snapshot: taken }),
    );
    const command = aCommand();
    expect(await requestSnapshot({ ...command, description: '' }, { queue })).toEqual({
      outcome: 'taken',
      snapshot: taken,
    });
    expect(requests).toEqual([
      {
        workspace: command.workspace,
        snapshotId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: 'manual',
        description: null,
        requestedBy: 'ann',
        automatic: false,
        push: true,
      },
    ]);
  });

  it('refuses a type that no trailer can hold, before anything is queued', async () => {
    const queue = new MemorySnapshotQueue(() => Promise.reject(new Error('queued')));
    const asked = requestSnapshot({ ...aCommand(), type: 'a\nb' }, { queue });
    await expect(asked).rejects.toBeInstanceOf(ValidationFailed);
  });

  it('says why the workers gave up', async () => {
    const queue = new MemorySnapshotQueue(() => Promise.reject(new Unavailable('The snapshot repository')));
    const asked = requestSnapshot(aCommand(), { queue });
    await expect(asked).rejects.toThrow(/The snapshot repository is unavailable/);
    await expect(asked).rejects.toBeInstanceOf(SnapshotFailed);
  });

  it('names the job when no worker takes it in time', async () => {
    const queue = new MemorySnapshotQueue(() => new Promise(() => {}));
    const asked = requestSnapshot({ ...aCommand(), waitMs: 20 }, { queue });
    await expect(asked).rejects.toMatchObject({ facts: { jobId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    await expect(asked).rejects.toBeInstanceOf(SnapshotPending);
  });
});

describe('listSnapshots', () => {
  it('leads from page to page to the end', async () => {
    const workspace = aWorkspace();
    const snapshots = new MemorySnapshotStore();
    const all = [5, 4, 3, 2, 1].map((n) =>
      aSnapshot({ workspace, createdAt: `2026-01-0${n}T00:00:00.000Z` }),
    );
    for (const snapshot of all) await snapshots.add(snapshot);

    const first = await listSnapshots({ workspace, limit: 2 }, { snapshots });
    const second = await listSnapshots(
      { workspace, limit: 2, cursor: first.nextCursor as string },
      { snapshots },
    );
    const third = await listSnapshots(
      { workspace, limit: 1, cursor: second.nextCursor as string },
      { snapshots },
    );
    expect([first, second, third].flatMap((page) => page.snapshots)).toEqual(all);
    expect(third.nextCursor).toBeNull();
  });

  it('refuses a cursor that it did not give out', async () => {
    const asked = listSnapshots(
      { workspace: aWorkspace(), limit: 1, cursor: 'zz' },
      { snapshots: new MemorySnapshotStore() },
    );
    await expect(asked).rejects.toBeInstanceOf(ValidationFailed);
  });
});
