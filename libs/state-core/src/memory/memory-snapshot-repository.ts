import { createHash } from 'node:crypto';
import { PushRefused, Unavailable } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import {
  type CommitBase,
  type CommitDetails,
  type CommitDraft,
  type CommitLog,
  type CommitOutcome,
  type LoggedCommit,
  type MaintenanceOutcome,
  type RepositoryTip,
  type SnapshotRepository,
  commitHashPattern,
} from '../snapshots/ports';
import { manifestPath, parseManifest } from '../snapshots/model';

interface Commit extends CommitDetails {
  readonly hash: string;
  readonly parent: string | undefined;
  readonly files: ReadonlyMap<string, string>;
}

/** Commits in memory: for tests. */
export class MemorySnapshotRepository implements SnapshotRepository, CommitLog {
  /** Commits of a workspace, oldest first, by owner and id. */
  readonly #branches = new Map<string, Commit[]>();
  /** The commits of each remote there is, oldest first, by its address; a test opens and closes them. */
  readonly remotes = new Map<string, readonly string[]>();

  async readTip(workspace: WorkspaceKey): Promise<RepositoryTip | undefined> {
    const tip = this.#commitsOf(workspace).at(-1);
    if (!tip) return undefined;
    const manifest = tip.files.get(manifestPath);
    return { commitHash: tip.hash, manifest: manifest === undefined ? undefined : parseManifest(manifest) };
  }

  begin(workspace: WorkspaceKey, base: CommitBase): CommitDraft {
    const written = new Map<string, string>();
    return {
      write: async (path, text) => {
        base.signal.throwIfAborted();
        written.set(path, text);
      },
      commit: async (details) => this.#commit(workspace, base, written, details),
      close: async () => written.clear(),
    };
  }

  #commit(
    workspace: WorkspaceKey,
    { tip, signal }: CommitBase,
    written: ReadonlyMap<string, string>,
    details: CommitDetails,
  ): CommitOutcome {
    signal.throwIfAborted();
    const commits = this.#commitsOf(workspace);
    const parent = commits.find(({ hash }) => hash === tip?.commitHash);
    if (commits.at(-1)?.hash !== tip?.commitHash) return { outcome: 'stale' };
    const files = new Map(tip?.manifest ? parent?.files : []);
    for (const path of details.removed) files.delete(path);
    for (const [path, text] of written) files.set(path, text);
    const hash = createHash('sha1')
      .update(JSON.stringify([parent?.hash, details, [...files]]))
      .digest('hex');
    commits.push({ ...details, hash, parent: parent?.hash, files });
    return { outcome: 'committed', commitHash: hash };
  }

  async readFiles(
    workspace: WorkspaceKey,
    commitHash: string,
    paths: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    const commit = this.#commitsOf(workspace).find(({ hash }) => hash === commitHash);
    return paths.map((path) => commit?.files.get(path));
  }

  async log(workspace: WorkspaceKey, limit: number): Promise<readonly LoggedCommit[]> {
    const newest = this.#commitsOf(workspace).slice(-limit).reverse();
    return newest.map(({ hash, message, author, at, parent }) => ({
      hash,
      message: message.trimEnd(),
      author: author.name,
      committedAt: `${at.slice(0, 19)}.000Z`,
      parents: parent === undefined ? [] : [parent],
    }));
  }

  async find(workspace: WorkspaceKey, hash: string): Promise<string | undefined> {
    if (!commitHashPattern.test(hash)) return undefined;
    const beginning = hash.toLowerCase();
    const found = this.#commitsOf(workspace).filter((commit) => commit.hash.startsWith(beginning));
    return found.length === 1 ? found[0]?.hash : undefined;
  }

  async push(workspace: WorkspaceKey, remoteUrl: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    const commits = this.#commitsOf(workspace).map(({ hash }) => hash);
    if (commits.length === 0) return undefined;
    const remote = this.remotes.get(remoteUrl);
    if (!remote) throw new Unavailable('The remote repository');
    if (remote.some((hash, place) => commits[place] !== hash))
      throw new PushRefused('[rejected] (fetch first)');
    this.remotes.set(remoteUrl, commits);
    return commits.at(-1);
  }

  async maintain(): Promise<MaintenanceOutcome> {
    return { outcome: 'not-due' };
  }

  #commitsOf({ owner, workspaceId }: WorkspaceKey): Commit[] {
    const text = `${owner}/${workspaceId}`;
    const commits = this.#branches.get(text) ?? [];
    this.#branches.set(text, commits);
    return commits;
  }
}
