import type { WorkspaceKey } from '../panels/model';
import type { SnapshotRepository } from '../snapshots/ports';
import { manifestPath } from '../snapshots/model';
import { makeCommit } from './make-commit';
import { aManifestText, aWorkspace, commitDetails, onTopOf } from './snapshot-builders';

/** What a repository adapter hands to its contract suite. */
export interface RepositoryUnderTest {
  readonly repository: SnapshotRepository;
  /** Looks for damage after each test; throws when it finds any. */
  readonly check?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** The promises of `SnapshotRepository`, the same for every adapter. */
export function describeSnapshotRepository(name: string, open: () => Promise<RepositoryUnderTest>): void {
  describe(`snapshot repository: ${name}`, () => {
    let subject: RepositoryUnderTest;
    let repository: SnapshotRepository;
    beforeAll(async () => {
      subject = await open();
      repository = subject.repository;
    });
    afterEach(() => subject.check?.());
    afterAll(() => subject?.close?.());

    const commitFiles = async (
      workspace: WorkspaceKey,
      files: Record<string, string>,
      removed: string[] = [],
    ): Promise<string> => {
      const tip = await repository.readTip(workspace);
      const outcome = await makeCommit(repository, workspace, onTopOf(tip), async (write) => {
        for (const [path, text] of Object.entries({ [manifestPath]: aManifestText(), ...files })) {
          await write(path, text);
        }
        return commitDetails({ removed });
      });
      if (outcome.outcome !== 'committed') throw new Error(`The commit was ${outcome.outcome}.`);
      return outcome.commitHash;
    };

    it('has no tip before the first commit', async () => {
      const workspace = aWorkspace();
      expect(await repository.readTip(workspace)).toBeUndefined();
      expect(await repository.readFiles(workspace, '0'.repeat(40), ['a'])).toEqual([undefined]);
    });

    it('reads back what it committed, byte for byte', async () => {
      const workspace = aWorkspace();
      const files = { 'panels/a.json': '{"a":"ü€😀"}\n', 'panels/%7E~x.json': '', 'panels/b.json': '\r\n\t' };
      const hash = await commitFiles(workspace, files);

      expect(hash).toMatch(/^[0-9a-f]{40}$/);
      const paths = [...Object.keys(files), 'panels/missing.json'];
      expect(await repository.readFiles(workspace, hash, paths)).toEqual([
        ...Object.values(files),
        undefined,
      ]);
    });

    it('reads many files of a folder at each commit, also those that are not there or are asked for twice', async () => {
      const workspace = aWorkspace();
      const names = Array.from({ length: 20 }, (_, n) => `panels/${n} ü.json`);
      const first = await commitFiles(workspace, Object.fromEntries(names.map((name, n) => [name, `${n}`])));
      const second = await commitFiles(workspace, { [names[3] as string]: 'new' }, [names[7] as string]);
      const asked = [...names, 'panels/none', names[0] as string];
      const before = [...names.map((_, n) => `${n}`), undefined, '0'];
      expect(await repository.readFiles(workspace, first, asked)).toEqual(before);
      const after = before.map((text, n) => (n === 3 ? 'new' : n === 7 ? undefined : text));
      expect(await repository.readFiles(workspace, second, asked)).toEqual(after);
      expect(await repository.readFiles(workspace, first, asked)).toEqual(before);
      const nowhere = ['no folder', `${names[0]}`].flatMap((folder) => names.map((_, n) => `${folder}/${n}`));
      expect(await repository.readFiles(workspace, first, nowhere.slice(0, 20))).toEqual(
        names.map(() => undefined),
      );
      expect(await repository.readFiles(workspace, first, nowhere.slice(20))).toEqual(
        names.map(() => undefined),
      );
      expect(await repository.readFiles(workspace, 'f'.repeat(40), names)).toEqual(
        names.map(() => undefined),
      );
    });

    it('returns the newest commit and its manifest', async () => {
      const workspace = aWorkspace();
      await commitFiles(workspace, {});
      const panels = new Map([['a', { version: 3, checksum: 'c' }]]);
      const hash = await commitFiles(workspace, { [manifestPath]: aManifestText({ panels, type: 'auto' }) });

      expect(await repository.readTip(workspace)).toMatchObject({
        commitHash: hash,
        manifest: { type: 'auto', panels },
      });
    });

    it('keeps the files that a commit does not write, and drops those it removes', async () => {
      const workspace = aWorkspace();
      const first = await commitFiles(workspace, { 'panels/a': '1', 'panels/b': '1', 'panels/c': '1' });
      const second = await commitFiles(workspace, { 'panels/b': '2' }, ['panels/c']);

      const paths = ['panels/a', 'panels/b', 'panels/c'];
      expect(await repository.readFiles(workspace, first, paths)).toEqual(['1', '1', '1']);
      expect(await repository.readFiles(workspace, second, paths)).toEqual(['1', '2', undefined]);
    });

    it('commits only what is written when the manifest of the base cannot be read', async () => {
      const workspace = aWorkspace();
      await commitFiles(workspace, { [manifestPath]: 'no manifest', 'panels/a': '1', 'panels/b': '1' });
      expect(await repository.readTip(workspace)).toMatchObject({ manifest: undefined });

      const hash = await commitFiles(workspace, { 'panels/b': '2' });
      expect(await repository.readFiles(workspace, hash, ['panels/a', 'panels/b'])).toEqual([undefined, '2']);
    });

    it('shows nothing of a draft that is closed without a commit', async () => {
      const workspace = aWorkspace();
      const hash = await commitFiles(workspace, { 'panels/a': '1' });
      const draft = repository.begin(workspace, onTopOf(await repository.readTip(workspace)));
      await draft.write('panels/a', '2');
      await draft.close();
      expect((await repository.readTip(workspace))?.commitHash).toBe(hash);
      expect(await repository.readFiles(workspace, hash, ['panels/a'])).toEqual(['1']);
    });

    it('lets go of a draft to which nothing was written', async () => {
      const workspace = aWorkspace();
      await repository.begin(workspace, onTopOf(undefined)).close();
      expect(await repository.readTip(workspace)).toBeUndefined();
    });

    it('commits nothing when building fails, and passes the failure on', async () => {
      const workspace = aWorkspace();
      const hash = await commitFiles(workspace, { 'panels/a': '1' });
      const tip = await repository.readTip(workspace);
      const failing = makeCommit(repository, workspace, onTopOf(tip), async (write) => {
        await write('panels/a', '2');
        throw new Error('no more panels');
      });
      await expect(failing).rejects.toThrow('no more panels');
      expect((await repository.readTip(workspace))?.commitHash).toBe(hash);
    });

    it.each([true, false])(
      'refuses to commit on a tip that is not the newest (first commit: %s)',
      async (first) => {
        const workspace = aWorkspace();
        if (!first) await commitFiles(workspace, { 'panels/a': '0' });
        const stale = await repository.readTip(workspace);
        const hash = await commitFiles(workspace, { 'panels/a': '1' });
        const outcome = await makeCommit(repository, workspace, onTopOf(stale), async (write) => {
          await write('panels/a', '2');
          return commitDetails();
        });
        expect(outcome).toEqual({ outcome: 'stale' });
        expect((await repository.readTip(workspace))?.commitHash).toBe(hash);
      },
    );

    it('commits nothing once it is interrupted', async () => {
      const workspace = aWorkspace();
      const hash = await commitFiles(workspace, { 'panels/a': '1' });
      const interruption = new AbortController();
      const base = { tip: await repository.readTip(workspace), signal: interruption.signal };
      const interrupted = makeCommit(repository, workspace, base, async (write) => {
        await write('panels/a', '2');
        interruption.abort(new Error('stop'));
        return commitDetails();
      });
      await expect(interrupted).rejects.toThrow('stop');
      expect((await repository.readTip(workspace))?.commitHash).toBe(hash);
    });

    it('keeps owners with the same workspace id apart, even when their names differ only in case', async () => {
      const [lower, upper] = [aWorkspace(), aWorkspace()].map(({ owner, workspaceId }) => ({
        owner,
        workspaceId,
      }));
      if (!lower || !upper) return;
      upper.owner = lower.owner.toUpperCase();
      const hash = await commitFiles(lower, { 'panels/a': '1' });
      expect(await repository.readTip(upper)).toBeUndefined();
      expect(await repository.readFiles(upper, hash, ['panels/a'])).toEqual([undefined]);
    });

    it('takes many large files', async () => {
      const workspace = aWorkspace();
      const texts = Array.from({ length: 40 }, (_, n) => `${n} `.repeat(100_000));
      const files = Object.fromEntries(texts.map((text, n) => [`panels/${n}.json`, text]));
      const hash = await commitFiles(workspace, files);
      expect(await repository.readFiles(workspace, hash, Object.keys(files))).toEqual(texts);
    });
  });
}
