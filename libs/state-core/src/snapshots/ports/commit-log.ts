import type { WorkspaceKey } from '../../panels/model';

/** A commit as the log has it. */
export interface LoggedCommit {
  /** 40 hex digits. */
  readonly hash: string;
  /** The whole message, trailers included, without its last line feed. */
  readonly message: string;
  /** The author's name: who asked for the snapshot. */
  readonly author: string;
  /** RFC 3339, UTC; commits count whole seconds. */
  readonly committedAt: string;
  /** The hashes of the commits it was made on top of; none for the first one. */
  readonly parents: readonly string[];
}

/**
 * The commits of a workspace's branch `main`, and nothing else that a repository may hold.
 * Methods throw `Unavailable` when the repository cannot be read.
 */
export interface CommitLog {
  /**
   * The newest commits, newest first; none where no snapshot was ever taken.
   * @param limit at most so many, from 1
   */
  log(workspace: WorkspaceKey, limit: number): Promise<readonly LoggedCommit[]>;

  /**
   * Finds a commit of the branch.
   * @param hash its hash, or the beginning of it: at least 7 hex digits that no other commit begins with
   * @returns the whole hash; undefined when it is no commit of the branch
   */
  find(workspace: WorkspaceKey, hash: string): Promise<string | undefined>;
}

/** What may be the hash of a commit, whole or abbreviated. */
export const commitHashPattern = /^[0-9a-f]{7,64}$/i;
