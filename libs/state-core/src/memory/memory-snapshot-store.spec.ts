import { describeSnapshotStore } from '../testing/snapshot-store.contract';
import { MemorySnapshotStore } from './memory-snapshot-store';

describeSnapshotStore('memory', async () => ({ snapshots: new MemorySnapshotStore() }));
