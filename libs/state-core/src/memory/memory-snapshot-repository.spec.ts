import { describeSnapshotRemotes } from '../testing/snapshot-remote.contract';
import { describeSnapshotRepository } from '../testing/snapshot-repository.contract';
import { MemorySnapshotRepository } from './memory-snapshot-repository';

describeSnapshotRepository('memory', async () => ({ repository: new MemorySnapshotRepository() }));

describeSnapshotRemotes('memory', async () => {
  const repository = new MemorySnapshotRepository();
  let count = 0;
  return {
    repository,
    createRemote: async () => {
      const url = `memory:remote-${++count}`;
      repository.remotes.set(url, []);
      return {
        url,
        tip: async () => repository.remotes.get(url)?.at(-1),
        setAway: async (away) =>
          void (away ? repository.remotes.delete(url) : repository.remotes.set(url, [])),
      };
    },
  };
});
