import { chown, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { Unavailable, type WorkspaceKey, authorOf, manifestPath, panelPath } from '@nexus-state/state-core';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import {
  aManifestText,
  aWorkspace,
  commitDetails,
  onTopOf,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotRepository } from '@nexus-state/state-core/testing/snapshot-repository.contract';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

describeSnapshotRepository('git', async () => {
  const folder = await createGitFolder();
  return {
    repository: new GitSnapshotRepository({ root: folder.root }),
    check: folder.check,
    close: folder.remove,
  };
});

describe('git snapshot repository', () => {
  let folder: GitFolder;
  let repository: GitSnapshotRepository;
  beforeEach(async () => {
    folder = await createGitFolder();
    repository = new GitSnapshotRepository({ root: folder.root, staleLockMs: 300 });
  });
  afterEach(async () => {
    await folder.check();
    await folder.remove();
  });

  const commit = async (
    workspace: WorkspaceKey,
    files: Record<string, string>,
    details = commitDetails(),
  ) => {
    const tip = await repository.readTip(workspace);
    return makeCommit(repository, workspace, onTopOf(tip), async (write) => {
      await write(manifestPath, aManifestText());
      for (const [path, text] of Object.entries(files)) await write(path, text);
      return details;
    });
  };

  it('can be cloned and read by any git', async () => {
    const workspace = aWorkspace();
    const awkward = ['a:b', '.git', 'CON', '-x', '~', 'a'.repeat(255), ':'.repeat(255)];
    const details = commitDetails({
      message: 'Zwölf Boxkämpfer\n\nSnapshot-Id: 1\nSnapshot-Type: manual\n',
      author: authorOf('Änn <x>'),
      at: '2026-01-02T03:04:05.678Z',
    });
    await commit(workspace, Object.fromEntries(awkward.map((id) => [panelPath(id), `${id}\n`])), details);

    const gitDir = repositoryFolder(folder.root, workspace);
    const show = '%an|%ae|%aI|%s|%(trailers:key=Snapshot-Type,valueonly)';
    expect((await gitIn(gitDir, ['log', `--format=${show}`, 'HEAD'])).trim()).toBe(
      'Änn %3Cx%3E|Änn%20%3Cx%3E@nexus-state.invalid|2026-01-02T03:04:05+00:00|Zwölf Boxkämpfer|manual',
    );
    const clone = join(folder.root, 'clones', 'one');
    await gitIn(gitDir, ['clone', '--quiet', gitDir, clone]);
    expect(await readdir(join(clone, 'panels'))).toHaveLength(awkward.length);
    for (const id of awkward) expect(await readFile(join(clone, panelPath(id)), 'utf8')).toBe(`${id}\n`);
  });

  it('takes up a branch that was packed away', async () => {
    const workspace = aWorkspace();
    await commit(workspace, { 'panels/a.json': '1' });
    await gitIn(repositoryFolder(folder.root, workspace), ['gc', '--quiet', '--prune=now']);
    expect(await commit(workspace, { 'panels/b.json': '2' })).toMatchObject({ outcome: 'committed' });
    expect(
      await gitIn(repositoryFolder(folder.root, workspace), ['ls-tree', '-r', '--name-only', 'main']),
    ).toBe('panels/a.json\npanels/b.json\nworkspace.json\n');
  });

  it.each(['refs/heads/main.lock', 'HEAD.lock', 'packed-refs.lock'])(
    'waits for a fresh %s, then takes it for left behind',
    async (lock) => {
      const workspace = aWorkspace();
      await commit(workspace, { 'panels/a.json': '1' });
      await writeFile(join(repositoryFolder(folder.root, workspace), lock), '');
      const started = Date.now();
      expect(await commit(workspace, { 'panels/a.json': '2' })).toMatchObject({ outcome: 'committed' });
      expect(Date.now() - started).toBeGreaterThanOrEqual(290);
    },
  );

  it('takes away a lock that was left behind long ago without waiting, and nothing of other workspaces', async () => {
    const workspace = aWorkspace();
    await commit(workspace, { 'panels/a.json': '1' });
    const gitDir = repositoryFolder(folder.root, workspace);
    const aside = join(gitDir, '..', '.new-of-another-workspace');
    await mkdir(aside);
    const staleLockMs = 60_000;
    const longAgo = new Date(Date.now() - 2 * staleLockMs);
    for (const name of ['objects/pack/tmp_pack_x', 'refs/heads/main.lock', 'description']) {
      await writeFile(join(gitDir, name), '');
      await utimes(join(gitDir, name), longAgo, longAgo);
    }
    repository = new GitSnapshotRepository({ root: folder.root, staleLockMs });
    const started = Date.now();
    await commit(workspace, { 'panels/a.json': '2' });
    expect(Date.now() - started).toBeLessThan(staleLockMs);
    expect((await readdir(gitDir)).sort()).toEqual(['HEAD', 'config', 'description', 'objects', 'refs']);
    // A repack may be writing it.
    expect(await readdir(join(gitDir, 'objects/pack'))).toEqual(['tmp_pack_x']);
    expect(await readdir(join(gitDir, '..'))).toContain('.new-of-another-workspace');
  });

  it('survives being killed at any moment of a commit, twenty times', async () => {
    const workspace = aWorkspace();
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const tip = await repository.readTip(workspace);
      const killed = new AbortController();
      const timer = setTimeout(() => killed.abort(new Error('killed')), Math.random() * 30);
      const attempt = makeCommit(repository, workspace, { tip, signal: killed.signal }, async (write) => {
        for (let panel = 0; panel < 20; panel++) await write(`panels/${panel}.json`, `${round} ${panel}`);
        await write(manifestPath, aManifestText());
        return commitDetails();
      });
      outcomes.add(
        await attempt.then(
          ({ outcome }) => outcome,
          (error: Error) => error.message,
        ),
      );
      clearTimeout(timer);
      await folder.check();
      expect(await commit(workspace, { 'panels/after.json': `${round}` })).toMatchObject({
        outcome: 'committed',
      });
    }
    expect([...outcomes].filter((outcome) => !['committed', 'killed'].includes(outcome))).toEqual([]);
  });

  it('names a repository that cannot be written unavailable', async () => {
    const workspace = aWorkspace();
    await writeFile(join(folder.root, workspace.owner), 'a file where a folder has to be');
    await expect(commit(workspace, {})).rejects.toBeInstanceOf(Unavailable);
    await expect(repository.readTip(workspace)).rejects.toBeInstanceOf(Unavailable);
    await rm(join(folder.root, workspace.owner));
  });

  it('accepts a repository of another user', async () => {
    if (process.getuid?.() !== 0) return;
    const workspace = aWorkspace();
    await commit(workspace, { 'panels/a.json': '1' });
    await chown(repositoryFolder(folder.root, workspace), 65534, 65534);
    expect(await commit(workspace, { 'panels/a.json': '2' })).toMatchObject({ outcome: 'committed' });
    await chown(repositoryFolder(folder.root, workspace), 0, 0);
  });
});
