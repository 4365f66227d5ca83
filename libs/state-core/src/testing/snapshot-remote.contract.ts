import { PushRefused, Unavailable } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import type { SnapshotRepository } from '../snapshots/ports';
import { manifestPath } from '../snapshots/model';
import { makeCommit } from './make-commit';
import { aManifestText, aWorkspace, commitDetails, onTopOf } from './snapshot-builders';

/** Another repository that commits are pushed to. */
export interface RemoteUnderTest {
  readonly url: string;
  /** The newest commit of its branch `main`. */
  tip(): Promise<string | undefined>;
  /** Takes it away, or brings it back as it was. */
  setAway(away: boolean): Promise<void>;
}

/** What a repository adapter hands to the suite about remotes and maintenance. */
export interface RemotesUnderTest {
  readonly repository: SnapshotRepository;
  readonly createRemote: () => Promise<RemoteUnderTest>;
  readonly check?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}

const never = new AbortController().signal;

/** The promises of `SnapshotRepository.push` and `.maintain`, the same for every adapter. */
export function describeSnapshotRemotes(name: string, open: () => Promise<RemotesUnderTest>): void {
  describe(`snapshot repository, remotes and maintenance: ${name}`, () => {
    let subject: RemotesUnderTest;
    let repository: SnapshotRepository;
    beforeAll(async () => {
      subject = await open();
      repository = subject.repository;
    });
    afterEach(() => subject.check?.());
    afterAll(() => subject?.close?.());

    const commitPanel = async (workspace: WorkspaceKey, text: string): Promise<string> => {
      const tip = await repository.readTip(workspace);
      const outcome = await makeCommit(repository, workspace, onTopOf(tip), async (write) => {
        await write(manifestPath, aManifestText());
        await write('panels/a.json', text);
        return commitDetails({ message: `${workspace.owner}\n` });
      });
      if (outcome.outcome !== 'committed') throw new Error(`The commit was ${outcome.outcome}.`);
      return outcome.commitHash;
    };

    it('pushes the newest commit, again and again', async () => {
      const [workspace, remote] = [aWorkspace(), await subject.createRemote()];
      await commitPanel(workspace, '1');
      const second = await commitPanel(workspace, '2');
      expect(await repository.push(workspace, remote.url, never)).toBe(second);
      expect(await remote.tip()).toBe(second);

      expect(await repository.push(workspace, remote.url, never)).toBe(second);
      const third = await commitPanel(workspace, '3');
      expect(await repository.push(workspace, remote.url, never)).toBe(third);
      expect(await remote.tip()).toBe(third);
    });

    it('pushes nothing where there is no commit', async () => {
      const remote = await subject.createRemote();
      expect(await repository.push(aWorkspace(), remote.url, never)).toBeUndefined();
      expect(await remote.tip()).toBeUndefined();
    });

    it('names a remote that is away unavailable, commits all the same, and catches up', async () => {
      const [workspace, remote] = [aWorkspace(), await subject.createRemote()];
      await remote.setAway(true);
      await commitPanel(workspace, '1');
      await expect(repository.push(workspace, remote.url, never)).rejects.toBeInstanceOf(Unavailable);

      const second = await commitPanel(workspace, '2');
      await remote.setAway(false);
      expect(await repository.push(workspace, remote.url, never)).toBe(second);
      expect(await remote.tip()).toBe(second);
    });

    it('overwrites no foreign commits', async () => {
      const [others, ours, remote] = [aWorkspace(), aWorkspace(), await subject.createRemote()];
      const theirs = await commitPanel(others, '1');
      await repository.push(others, remote.url, never);
      await commitPanel(ours, '2');
      const push = repository.push(ours, remote.url, never);
      await expect(push).rejects.toBeInstanceOf(PushRefused);
      await expect(push).rejects.toThrow('fetch first');
      expect(await remote.tip()).toBe(theirs);
    });

    it('pushes nothing once it is interrupted', async () => {
      const [workspace, remote] = [aWorkspace(), await subject.createRemote()];
      await commitPanel(workspace, '1');
      const stopped = AbortSignal.abort(new Error('stop'));
      await expect(repository.push(workspace, remote.url, stopped)).rejects.toThrow('stop');
      expect(await remote.tip()).toBeUndefined();
    });

    it('has nothing to maintain where there is no commit', async () => {
      expect(await repository.maintain(aWorkspace(), never)).toEqual({ outcome: 'not-due' });
    });

    it('reads and commits as before while it is maintained, and afterwards', async () => {
      const workspace = aWorkspace();
      const hashes: string[] = [];
      for (let round = 0; round < 10; round++) {
        const maintained = repository.maintain(workspace, never);
        hashes.push(await commitPanel(workspace, `${round}`));
        await maintained;
      }
      for (const [round, hash] of hashes.entries())
        expect(await repository.readFiles(workspace, hash, ['panels/a.json'])).toEqual([`${round}`]);
      expect((await repository.readTip(workspace))?.commitHash).toBe(hashes.at(-1));
    });
  });
}
