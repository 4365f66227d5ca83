import { describeCommitLog } from '../testing/commit-log.contract';
import { MemorySnapshotRepository } from './memory-snapshot-repository';

describeCommitLog('memory', async () => {
  const repository = new MemorySnapshotRepository();
  return { repository, log: repository };
});
