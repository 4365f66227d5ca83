import { randomUUID } from 'node:crypto';
import { manifestPath } from '@nexus-state/state-core';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import { aManifestText, commitDetails, onTopOf } from '@nexus-state/state-core/testing/snapshot-builders';
import { GitSnapshotRepository } from '../git-snapshot-repository';

const never = new AbortController().signal;

/**
 * Commits to one workspace again and again until it is killed, and prints each hash once it is durable;
 * looks after the repository meanwhile.
 */
async function commitForever(root: string, panels: number): Promise<void> {
  const repository = new GitSnapshotRepository({ root });
  const workspace = { owner: 'ann', workspaceId: 'ws' };
  const maintainForever = async () => {
    for (;;) await repository.maintain(workspace, never);
  };
  void maintainForever();
  for (;;) {
    const tip = await repository.readTip(workspace);
    const outcome = await makeCommit(repository, workspace, onTopOf(tip), async (write) => {
      for (let panel = 0; panel < panels; panel++) await write(`panels/${panel}.json`, randomUUID());
      await write(manifestPath, aManifestText());
      return commitDetails();
    });
    if (outcome.outcome === 'committed') process.stdout.write(`${outcome.commitHash}\n`);
  }
}

void commitForever(process.argv[2] as string, Number(process.argv[3]));
