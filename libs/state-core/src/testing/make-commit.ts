import type { WorkspaceKey } from '../panels/model';
import type { CommitBase, CommitDetails, CommitOutcome, SnapshotRepository } from '../snapshots/ports';

/** Commits what `build` writes. Where it throws, nothing is committed. */
export async function makeCommit(
  repository: SnapshotRepository,
  workspace: WorkspaceKey,
  base: CommitBase,
  build: (write: (path: string, text: string) => Promise<void>) => Promise<CommitDetails>,
): Promise<CommitOutcome> {
  const draft = repository.begin(workspace, base);
  try {
    return await draft.commit(await build((path, text) => draft.write(path, text)));
  } finally {
    await draft.close();
  }
}
