import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { type WorkspaceKey, manifestPath } from '@nexus-state/state-core';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import {
  aManifestText,
  aWorkspace,
  commitDetails,
  onTopOf,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

const never = new AbortController().signal;

describe('maintenance of a git repository', () => {
  let folder: GitFolder;
  let repository: GitSnapshotRepository;
  let workspace: WorkspaceKey;
  let gitDir: string;
  beforeEach(async () => {
    folder = await createGitFolder();
    repository = new GitSnapshotRepository({ root: folder.root });
    workspace = aWorkspace();
    gitDir = repositoryFolder(folder.root, workspace);
  });
  afterEach(async () => {
    await folder.check();
    await folder.remove();
  });

  const commit = async (files: Record<string, string>): Promise<string> => {
    const outcome = await makeCommit(
      repository,
      workspace,
      onTopOf(await repository.readTip(workspace)),
      async (write) => {
        await write(manifestPath, aManifestText());
        for (const [path, text] of Object.entries(files)) await write(path, text);
        return commitDetails();
      },
    );
    if (outcome.outcome !== 'committed') throw new Error(`The commit was ${outcome.outcome}.`);
    return outcome.commitHash;
  };
  const manyFiles = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`panels/${n}.json`, `${text} of ${n}\n`]));
  const counts = async () => {
    const lines = (await gitIn(gitDir, ['count-objects', '-v'])).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(': '))) as Record<string, string>;
  };

  it('waits until enough has gathered, then packs it', async () => {
    await commit(manyFiles(10, 'first'));
    expect(await repository.maintain(workspace, never)).toEqual({ outcome: 'not-due' });
    for (let round = 0; round < 20; round++) await commit(manyFiles(30, `${round}`));
    expect(await counts()).toMatchObject({ packs: '20' });

    expect(await repository.maintain(workspace, never)).toEqual({ outcome: 'repacked' });
    expect(await counts()).toMatchObject({ packs: '1', count: '0' });
    expect(await repository.maintain(workspace, never)).toEqual({ outcome: 'not-due' });
  });

  it('goes unnoticed by readers and a committer', async () => {
    const first = await commit(manyFiles(300, 'first'));
    const paths = Object.keys(manyFiles(300, ''));
    const stop = new AbortController();
    const reading = (async () => {
      let rounds = 0;
      for (; !stop.signal.aborted; rounds++) {
        const texts = await repository.readFiles(workspace, first, paths);
        expect(texts).toEqual(Object.values(manyFiles(300, 'first')));
      }
      return rounds;
    })();
    let repacked = 0;
    const hashes: string[] = [];
    for (let round = 0; round < 5; round++) {
      // A pack each, and twenty packs are due; two at a time, as two workers would.
      for (let pack = 0; pack < 20; pack++) hashes.push(await commit(manyFiles(25, `${round} ${pack}`)));
      const [outcomes, hash] = await Promise.all([
        Promise.all([repository.maintain(workspace, never), repository.maintain(workspace, never)]),
        commit(manyFiles(30, `${round} meanwhile`)),
      ]);
      hashes.push(hash);
      repacked += outcomes.filter(({ outcome }) => outcome === 'repacked').length;
    }
    stop.abort();
    expect(await reading).toBeGreaterThan(0);
    expect(repacked).toBeGreaterThanOrEqual(5);
    expect((await gitIn(gitDir, ['rev-list', 'main'])).trim().split('\n')).toEqual([
      ...hashes.reverse(),
      first,
    ]);
  }, 60_000);

  it('is left to who is at it already, and not to who died at it', async () => {
    await commit(manyFiles(10, 'first'));
    for (let round = 0; round < 20; round++) await commit(manyFiles(30, `${round}`));
    const turn = join(gitDir, 'maintenance-turn');
    const takenBy = (pid: number, host = hostname()) =>
      writeFile(turn, JSON.stringify({ host, pid, life: 'another' }));
    for (const [pid, host] of [[process.ppid], [1, 'another-machine']] as const) {
      await takenBy(pid, host);
      expect(await repository.maintain(workspace, never)).toEqual({ outcome: 'not-due' });
    }
    // No process has this number: it is beyond what Linux and macOS give out.
    await takenBy(2 ** 22 + 1);
    expect(await repository.maintain(workspace, never)).toEqual({ outcome: 'repacked' });
    expect(await readdir(gitDir)).not.toContain('maintenance-turn');
  });

  it('removes leftovers that were not touched for long, and nothing that is being written', async () => {
    await commit(manyFiles(1, 'x'));
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    const inPack = ['tmp_pack_x', '.tmp-1-pack-x', `pack-${'a'.repeat(40)}.pack`].map(
      (name) => `objects/pack/${name}`,
    );
    const old = [...inPack, 'fast_import_crash_1'];
    const fresh = ['objects/pack/tmp_pack_y', 'description'];
    for (const name of [...old, ...fresh]) await writeFile(join(gitDir, name), '');
    for (const name of [...old, 'description']) await utimes(join(gitDir, name), longAgo, longAgo);

    await repository.maintain(workspace, never);
    const left = [...(await readdir(gitDir)), ...(await readdir(join(gitDir, 'objects/pack')))];
    expect(left.sort()).toEqual(['HEAD', 'config', 'description', 'objects', 'refs', 'tmp_pack_y']);
  });

  it.each([0, 10, 40, 160])(
    'can be stopped after %d ms, and leaves a repository that is whole',
    async (ms) => {
      for (let round = 0; round < 20; round++) await commit(manyFiles(30, `${round}`));
      const stop = new AbortController();
      const maintained = repository.maintain(workspace, stop.signal);
      if (ms > 0) setTimeout(() => stop.abort(new Error('stop')), ms);
      else stop.abort(new Error('stop'));
      const ended = await maintained.then(
        ({ outcome }) => outcome,
        (error: Error) => error.message,
      );
      expect(ms > 0 ? ['stop', 'repacked'] : ['stop']).toContain(ended);
      await folder.check();
      await repository.maintain(workspace, never);
      // Stopped while it removed the packs that it had replaced, some of them wait for the next time.
      expect(Number((await counts())['packs'])).toBeLessThan(20);
    },
  );
});
