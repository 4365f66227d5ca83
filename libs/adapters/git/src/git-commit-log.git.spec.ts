import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { describeCommitLog } from '@nexus-state/state-core/testing/commit-log.contract';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import { aWorkspace, commitDetails, onTopOf } from '@nexus-state/state-core/testing/snapshot-builders';
import { GitCommitLog } from './git-commit-log';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

describeCommitLog('git', async () => {
  const { root, remove } = await createGitFolder();
  return {
    repository: new GitSnapshotRepository({ root }),
    log: new GitCommitLog({ root }),
    close: remove,
  };
});

describe('git commit log', () => {
  let folder: GitFolder;
  beforeEach(async () => {
    folder = await createGitFolder();
  });
  afterEach(() => folder.remove());

  const twoCommits = async () => {
    const workspace = aWorkspace();
    const repository = new GitSnapshotRepository({ root: folder.root });
    for (const text of ['1', '2']) {
      const base = onTopOf(await repository.readTip(workspace));
      await makeCommit(repository, workspace, base, async (write) => {
        await write('workspace.json', text);
        return commitDetails();
      });
    }
    const gitDir = repositoryFolder(folder.root, workspace);
    const [newest = '', oldest = ''] = (await gitIn(gitDir, ['rev-list', 'main'])).split('\n');
    return { workspace, gitDir, newest, oldest };
  };

  it('finds no commit that the branch does not reach, and no other object', async () => {
    const { workspace, gitDir, newest, oldest } = await twoCommits();
    const tree = (await gitIn(gitDir, ['rev-parse', 'main^{tree}'])).trim();
    await gitIn(gitDir, ['update-ref', 'refs/heads/main', oldest]);

    const log = new GitCommitLog({ root: folder.root });
    expect(await log.find(workspace, newest)).toBeUndefined();
    expect(await log.find(workspace, tree)).toBeUndefined();
    expect(await log.find(workspace, oldest)).toBe(oldest);
    expect(await log.log(workspace, 10)).toHaveLength(1);
  });

  it('lists nothing of a repository without its branch', async () => {
    const { workspace, gitDir, newest } = await twoCommits();
    await gitIn(gitDir, ['update-ref', '-d', 'refs/heads/main']);
    const log = new GitCommitLog({ root: folder.root });
    expect(await log.log(workspace, 10)).toEqual([]);
    expect(await log.find(workspace, newest)).toBeUndefined();
  });
});
