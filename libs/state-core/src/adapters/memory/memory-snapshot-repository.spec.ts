import { describeSnapshotRepository } from '../../testing/snapshot-repository.contract';
import { MemorySnapshotRepository } from './memory-snapshot-repository';

describeSnapshotRepository('memory', async () => ({ repository: new MemorySnapshotRepository() }));
