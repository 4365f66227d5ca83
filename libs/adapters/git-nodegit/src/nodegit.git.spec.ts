import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type GitFolder,
  branchTip,
  createGitFolder,
  createRemote,
  describeWithNodegit,
  nodegitFolder,
} from '@nexus-state/test-kit';
import fc from 'fast-check';
import { Unavailable, type WorkspaceKey, authorOf, manifestPath } from '@nexus-state/state-core';
import { runs } from '@nexus-state/documents/testing';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import {
  aManifestText,
  aWorkspace,
  commitDetails,
  onTopOf,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotRemotes } from '@nexus-state/state-core/testing/snapshot-remote.contract';
import { describeSnapshotRepository } from '@nexus-state/state-core/testing/snapshot-repository.contract';
import { chooseGitEngine } from './choose-engine';
import { GitSnapshotRepository, repositoryFolder } from '@nexus-state/git';

async function withNodegit(root: string, staleLockMs = 300): Promise<GitSnapshotRepository> {
  const { engine } = await chooseGitEngine('nodegit', nodegitFolder);
  return new GitSnapshotRepository({ root, engine, staleLockMs });
}

describeWithNodegit(describe, 'the nodegit engine', () => {
  describeSnapshotRepository('git with nodegit', async () => {
    const folder = await createGitFolder();
    return { repository: await withNodegit(folder.root), check: folder.check, close: folder.remove };
  });

  describeSnapshotRemotes('git with nodegit', async () => {
    const [folder, remotes] = [await createGitFolder(), await createGitFolder()];
    return {
      repository: await withNodegit(folder.root),
      createRemote: () => createRemote(remotes.root),
      check: folder.check,
      close: async () => {
        await folder.remove();
        await remotes.remove();
      },
    };
  });

  describe('beside the commands of git', () => {
    let folder: GitFolder;
    let others: GitFolder;
    let native: GitSnapshotRepository;
    let commands: GitSnapshotRepository;
    beforeAll(async () => {
      [folder, others] = [await createGitFolder(), await createGitFolder()];
      native = await withNodegit(folder.root);
      commands = new GitSnapshotRepository({ root: folder.root });
    });
    afterAll(async () => {
      await folder.remove();
      await others.remove();
    });

    interface Step {
      readonly files: Record<string, string>;
      readonly removed: readonly string[];
      readonly author: string;
      readonly message: string;
    }
    const commit = async (repository: GitSnapshotRepository, workspace: WorkspaceKey, step: Step) => {
      const tip = await repository.readTip(workspace);
      return makeCommit(repository, workspace, onTopOf(tip), async (write) => {
        for (const [path, text] of Object.entries(step.files)) await write(path, text);
        await write(manifestPath, aManifestText({ snapshotId: 'the same' }));
        return commitDetails({ removed: step.removed, author: authorOf(step.author), message: step.message });
      });
    };

    const paths = [
      'panels/a.json',
      'panels/B.json',
      'panels/a.b',
      'panels/a-',
      'panels/%7E~x.json',
      'panels/é',
    ];
    const steps = fc.record<Step>({
      files: fc.dictionary(fc.constantFrom(...paths), fc.string({ unit: 'grapheme' }), {
        noNullPrototype: true,
      }),
      removed: fc.uniqueArray(fc.constantFrom(...paths)),
      author: fc.constantFrom('ann', 'ann.', ',', '"', ' x ', 'Änn <x>', '', 'a@b.example'),
      message: fc.constantFrom('m\n', 'Zwölf\n\nSnapshot-Id: 1\n', '# not a comment\n', ' \n'),
    });

    it('makes the same commits, byte for byte, and takes turns with them on one repository', async () => {
      const elsewhere = new GitSnapshotRepository({ root: others.root });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(steps, fc.boolean()), { minLength: 1, maxLength: 6 }),
          async (turns) => {
            const workspace = aWorkspace();
            for (const [step, isNative] of turns) {
              const here = await commit(isNative ? native : commands, workspace, step);
              expect(here.outcome).toBe('committed');
              expect(await commit(elsewhere, workspace, step)).toEqual(here);
            }
            expect(await native.readTip(workspace)).toEqual(await commands.readTip(workspace));
            const { commitHash = '' } = (await native.readTip(workspace)) ?? {};
            expect(await native.readFiles(workspace, commitHash, paths)).toEqual(
              await commands.readFiles(workspace, commitHash, paths),
            );
          },
        ),
        runs(20),
      );
      await folder.check();
    });

    it('lets one of several win that commit on the same tip at once', async () => {
      const workspace = aWorkspace();
      const step = { files: { 'panels/a.json': '0' }, removed: [], author: 'ann', message: 'm\n' };
      await commit(commands, workspace, step);
      for (let round = 0; round < 5; round++) {
        const racers = Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? native : commands));
        const outcomes = await Promise.allSettled(
          racers.map((repository, n) =>
            commit(repository, workspace, { ...step, files: { 'panels/a.json': `${round} ${n}` } }),
          ),
        );
        const won = outcomes.flatMap((outcome) =>
          outcome.status === 'fulfilled' && outcome.value.outcome === 'committed'
            ? [outcome.value.commitHash]
            : [],
        );
        // Without the lock that callers hold, a racer may read the tip after another one has won.
        expect(won.length).toBeGreaterThan(0);
        const gitDir = repositoryFolder(folder.root, workspace);
        expect(won).toContain(await branchTip(gitDir));
      }
      await folder.check();
    });

    it('removes a lock that was left behind, and accepts a repository of another user', async () => {
      const workspace = aWorkspace();
      const step = { files: { 'panels/a.json': '0' }, removed: [], author: 'ann', message: 'm\n' };
      await commit(native, workspace, step);
      const gitDir = repositoryFolder(folder.root, workspace);
      await writeFile(join(gitDir, 'refs/heads/main.lock'), '');
      if (process.getuid?.() === 0) await chown(gitDir, 65534, 65534);
      expect(await commit(native, workspace, step)).toMatchObject({ outcome: 'committed' });
      await chown(gitDir, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    });

    it('names a repository that cannot be read unavailable', async () => {
      const workspace = aWorkspace();
      await commit(native, workspace, { files: {}, removed: [], author: 'ann', message: 'm\n' });
      await writeFile(join(repositoryFolder(folder.root, workspace), 'refs/heads/main'), 'nonsense\n');
      await expect(native.readTip(workspace)).rejects.toBeInstanceOf(Unavailable);
      await others.check();
    });
  });
});
