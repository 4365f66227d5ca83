import { rm } from 'node:fs/promises';
import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { Unavailable, type WorkspaceKey, manifestPath } from '@nexus-state/state-core';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import {
  aManifestText,
  aWorkspace,
  commitDetails,
  onTopOf,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

describe('the tips that a process knows', () => {
  let folder: GitFolder;
  let ours: GitSnapshotRepository;
  let another: GitSnapshotRepository;
  let workspace: WorkspaceKey;
  beforeEach(async () => {
    folder = await createGitFolder();
    ours = new GitSnapshotRepository({ root: folder.root });
    another = new GitSnapshotRepository({ root: folder.root });
    workspace = aWorkspace();
  });
  afterEach(() => folder.remove());

  const commit = async (repository: GitSnapshotRepository, type: string): Promise<string> => {
    const tip = await repository.readTip(workspace);
    const outcome = await makeCommit(repository, workspace, onTopOf(tip), async (write) => {
      await write(manifestPath, aManifestText({ type }));
      return commitDetails();
    });
    if (outcome.outcome !== 'committed') throw new Error(`The commit was ${outcome.outcome}.`);
    return outcome.commitHash;
  };
  const seen = async (repository = ours) => {
    const tip = await repository.readTip(workspace);
    return [tip?.commitHash, tip?.manifest?.type];
  };

  it('follow the commits of this process and of others', async () => {
    expect(await seen()).toEqual([undefined, undefined]);
    expect([await commit(ours, 'one'), 'one']).toEqual(await seen());
    expect([await commit(another, 'two'), 'two']).toEqual(await seen());
    expect([await commit(ours, 'three'), 'three']).toEqual(await seen(another));
  });

  it('are looked up again when the branch is packed away, changed by hand, or gone', async () => {
    const [first, second] = [await commit(ours, 'one'), await commit(ours, 'two')];
    const gitDir = repositoryFolder(folder.root, workspace);
    await gitIn(gitDir, ['pack-refs', '--all']);
    expect(await seen()).toEqual([second, 'two']);
    await gitIn(gitDir, ['update-ref', 'refs/heads/main', first]);
    expect(await seen()).toEqual([first, 'one']);
    await rm(gitDir, { recursive: true });
    expect(await seen()).toEqual([undefined, undefined]);
  });

  it('are returned without asking git again', async () => {
    const hash = await commit(ours, 'one');
    // A read of the commit would fail from here on.
    await rm(`${repositoryFolder(folder.root, workspace)}/objects`, { recursive: true });
    expect(await seen()).toEqual([hash, 'one']);
    await expect(seen(another)).rejects.toBeInstanceOf(Unavailable);
  });
});
