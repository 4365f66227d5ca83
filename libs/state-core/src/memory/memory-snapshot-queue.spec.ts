import { describeSnapshotQueue } from '../testing/snapshot-queue.contract';
import { MemorySnapshotQueue } from './memory-snapshot-queue';

describeSnapshotQueue('memory', async (take) => ({ queue: new MemorySnapshotQueue(take) }));
