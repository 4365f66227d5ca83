import { describeWorkspaceLock } from '../testing/workspace-lock.contract';
import { MemoryWorkspaceLock } from './memory-workspace-lock';

describeWorkspaceLock('memory', async () => {
  const lock = new MemoryWorkspaceLock();
  return { lock, elsewhere: lock };
});
