import type { WorkspaceKey } from '../../panels/model';
import type { Identity, Manifest } from '../model';

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
  /** The branch has another tip than the one the commit was planned against. */
  | { readonly outcome: 'stale' };

/** A commit that is being written. The branch shows nothing of it before it is committed. */
export interface CommitDraft {
  /** Adds a file or replaces it. Await it before the next one: the promise is the back-pressure. */
  write(path: string, text: string): Promise<void>;

  /**
   * Commits the base with the files written; durable once this answers. Files that are not written stay as the base has
   * them, unless its manifest is unreadable: then the commit holds only what is written.
   */
  commit(details: CommitDetails): Promise<CommitOutcome>;

  /** Frees what the draft holds; without a commit, nothing of it stays. To be called once, after a failure, too. */
  close(): Promise<void>;
}

/** What came of looking after a repository. */
export type MaintenanceOutcome =
  | { readonly outcome: 'repacked' }
  /** There is too little to gain, or no repository yet. */
  | { readonly outcome: 'not-due' };

/**
 * One git repository for each workspace, and its branch `main`. Only snapshots write it.
 * Methods throw `Unavailable` when the repository cannot be read or written.
 */
export interface SnapshotRepository {
  /** The newest commit, or undefined where there is none yet. */
  readTip(workspace: WorkspaceKey): Promise<RepositoryTip | undefined>;

  /**
   * Begins a commit on top of the base. The caller holds the workspace's lock, and closes the draft; what an interrupted
   * commit left behind is cleared away.
   */
  begin(workspace: WorkspaceKey, base: CommitBase): CommitDraft;

  /** The texts of files at a commit, in the order of the paths; undefined for those it does not hold. */
  readFiles(
    workspace: WorkspaceKey,
    commitHash: string,
    paths: readonly string[],
  ): Promise<readonly (string | undefined)[]>;

  /**
   * Brings the newest commit, and all that it builds on, to the branch `main` of another repository. The remote has it
   * once this answers. The remote's branch only moves forward: commits that it has and we have not stay.
   * @param remoteUrl as `remoteUrl` makes it; credentials in it are shown to the remote only
   * @param signal ends the work; the remote has all of it or nothing
   * @returns the commit's hash, or undefined where there is none yet
   * @throws Unavailable when the remote cannot be reached, asks for other credentials, or stops answering
   * @throws PushRefused when the remote answers that it does not take the commits
   */
  push(workspace: WorkspaceKey, remoteUrl: string, signal: AbortSignal): Promise<string | undefined>;

  /**
   * Makes the repository small and quick to read where enough has gathered to be worth it, and clears away what
   * interrupted work has left. Changes nothing that can be read. Needs no lock: readers and a committer go on meanwhile.
   * @param signal ends the work; what is there can be read all the same
   */
  maintain(workspace: WorkspaceKey, signal: AbortSignal): Promise<MaintenanceOutcome>;
}
