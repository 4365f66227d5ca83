import type { WorkspaceKey } from '../panels/model';
import type { CommitLog, SnapshotRepository } from '../snapshots/ports';
import { authorOf, commitMessage, manifestPath } from '../snapshots/model';
import { makeCommit } from './make-commit';
import { aManifestText, aSnapshotRequest, aWorkspace, commitDetails, onTopOf } from './snapshot-builders';

/** What a log adapter hands to its contract suite: with the repository that the commits get into. */
export interface CommitLogUnderTest {
  readonly log: CommitLog;
  readonly repository: SnapshotRepository;
  readonly close?: () => Promise<void>;
}

/** The promises of `CommitLog`, the same for every adapter. */
export function describeCommitLog(name: string, open: () => Promise<CommitLogUnderTest>): void {
  describe(`commit log: ${name}`, () => {
    let subject: CommitLogUnderTest;
    let log: CommitLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });
    afterAll(() => subject?.close?.());

    const commit = async (workspace: WorkspaceKey, details = commitDetails()): Promise<string> => {
      const tip = await subject.repository.readTip(workspace);
      const outcome = await makeCommit(subject.repository, workspace, onTopOf(tip), async (write) => {
        await write(manifestPath, aManifestText());
        return details;
      });
      if (outcome.outcome !== 'committed') throw new Error(`The commit was ${outcome.outcome}.`);
      return outcome.commitHash;
    };

    it('is empty before the first snapshot, and finds nothing', async () => {
      expect(await log.log(aWorkspace(), 10)).toEqual([]);
      expect(await log.find(aWorkspace(), '0'.repeat(40))).toBeUndefined();
    });

    it('lists the newest commits, newest first, each with the one before as its parent', async () => {
      const workspace = aWorkspace();
      const description = 'Zwölf "Boxkämpfer"\n\n\tjagen\n';
      const request = aSnapshotRequest({ workspace, description });
      const message = commitMessage(request, { at: '2026-01-02T03:04:05.678Z', revision: 1 });
      const first = await commit(workspace, commitDetails({ message, author: authorOf('Änn <x>') }));
      const second = await commit(workspace);
      const third = await commit(workspace);

      const newest = { message: 'A commit', author: 'ann', committedAt: '2026-01-02T03:04:05.000Z' };
      expect(await log.log(workspace, 10)).toEqual([
        { ...newest, hash: third, parents: [second] },
        { ...newest, hash: second, parents: [first] },
        { ...newest, hash: first, parents: [], message: message.trimEnd(), author: 'Änn %3Cx%3E' },
      ]);
      expect((await log.log(workspace, 2)).map(({ hash }) => hash)).toEqual([third, second]);
    });

    it('finds a commit by its hash or the beginning of it, in capitals as well', async () => {
      const workspace = aWorkspace();
      const first = await commit(workspace);
      const second = await commit(workspace);
      for (const hash of [first, second]) {
        expect(await log.find(workspace, hash)).toBe(hash);
        expect(await log.find(workspace, hash.slice(0, 12))).toBe(hash);
        expect(await log.find(workspace, hash.toUpperCase())).toBe(hash);
      }
    });

    it.each(['', 'main', 'HEAD', '-x', '0123456789abcdef0123456789abcdef01234567', 'f'.repeat(64), 'abc'])(
      'finds no commit %j',
      async (hash) => {
        const workspace = aWorkspace();
        await commit(workspace);
        expect(await log.find(workspace, hash)).toBeUndefined();
      },
    );

    it('keeps workspaces apart', async () => {
      const [mine, yours] = [aWorkspace(), aWorkspace()];
      const hash = await commit(mine);
      await commit(yours, commitDetails({ message: 'another\n' }));
      expect(await log.find(yours, hash)).toBeUndefined();
      expect(await log.log(yours, 10)).toHaveLength(1);
    });
  });
}
