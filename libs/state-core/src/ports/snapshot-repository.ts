import type { WorkspaceKey } from '../panel';
import type { Identity, Manifest } from '../snapshot';

/** The newest commit of a workspace. */
export interface RepositoryTip {
  readonly commitHash: string;
  /** What it holds; undefined when its manifest cannot be read, so that everything has to be written anew. */
  readonly manifest: Manifest | undefined;
}

/** What a commit is made on top of. */
export interface CommitBase {
  /** The tip it was planned against; undefined when there was none. */
  readonly tip: RepositoryTip | undefined;
  /** Ends the work: nothing is committed after it fires. */
  readonly signal: AbortSignal;
}

/** Adds a file to a commit in the making, or replaces it; the promise is the back-pressure. */
export type WriteFile = (path: string, text: string) => Promise<void>;

/** What a commit is beside the files written. */
export interface CommitDetails {
  readonly message: string;
  readonly author: Identity;
  /** RFC 3339; commits count whole seconds. */
  readonly at: string;
  /** Paths of files that are to disappear. */
  readonly removed: readonly string[];
}

/** What became of a commit. */
export type CommitOutcome =
  | { readonly outcome: 'committed'; readonly commitHash: string }
  /** The caller found nothing to commit. */
  | { readonly outcome: 'unchanged' }
  /** The branch has another tip than the one the commit was planned against. */
  | { readonly outcome: 'stale' };

/**
 * One git repository for each workspace, and its branch `main`. Only snapshots write it.
 * Methods throw `Unavailable` when the repository cannot be read or written.
 */
export interface SnapshotRepository {
  /** The newest commit, or undefined where there is none yet. */
  readTip(workspace: WorkspaceKey): Promise<RepositoryTip | undefined>;

  /**
   * Makes a commit of the base and the files that `build` writes, durable once this answers; files that are not
   * written stay as the base has them, unless its manifest is unreadable: then only what is written is in it.
   * The caller holds the workspace's lock: what an interrupted commit left behind is cleared away here.
   * @param build writes the changed files and tells the rest, or answers undefined when there is nothing to commit;
   * when it throws, nothing is committed
   */
  commit(
    workspace: WorkspaceKey,
    base: CommitBase,
    build: (write: WriteFile) => Promise<CommitDetails | undefined>,
  ): Promise<CommitOutcome>;

  /** The texts of files at a commit, in the order of the paths; undefined for those it does not hold. */
  readFiles(
    workspace: WorkspaceKey,
    commitHash: string,
    paths: readonly string[],
  ): Promise<readonly (string | undefined)[]>;
}
