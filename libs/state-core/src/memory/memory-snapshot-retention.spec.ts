import { describeSnapshotRetention } from '../testing/snapshot-retention.contract';
import { MemorySnapshotRetention } from './memory-snapshot-retention';
import { MemorySnapshotStore } from './memory-snapshot-store';

describeSnapshotRetention('memory', async () => {
  const snapshots = new MemorySnapshotStore();
  return { snapshots, retention: new MemorySnapshotRetention(snapshots) };
});
