import type { CommitBase, CommitDetails } from '@nexus-state/state-core';
import type { GitOptions } from './git-process';

/** An object of a repository. */
export interface GitObject {
  readonly hash: string;
  /** Only of blobs; those of other objects may be empty. */
  readonly content: Buffer;
}

/** Reads objects of one repository. */
export interface ObjectReader {
  /**
   * Reads objects in the order of their names.
   * @param names as git understands them (gitrevisions(7)), without line feeds
   * @returns undefined for a name that leads to nothing
   */
  read(names: readonly string[]): Promise<(GitObject | undefined)[]>;
}

/** How a draft works with its repository. */
export interface DraftOptions {
  readonly gitDir: string;
  readonly timeoutMs: number;
  readonly staleLockMs: number;
}

/** A commit in the making. */
export interface EngineDraft {
  /** Adds a file or replaces it. */
  write(path: string, text: string): Promise<void>;
  /**
   * Makes the commit and moves the branch to it.
   * @returns its hash
   * @throws GitFailed when it cannot be made, or the branch is not where the base is
   */
  finish(details: CommitDetails): Promise<string>;
  /** Lets go of it; where it is not finished, the branch is where it was. */
  close(): Promise<void>;
}

/** What works on the repositories. Engines agree on every byte: they may take turns on one repository. */
export interface GitEngine {
  /** Gives work a reader, for as long as it lasts. */
  read<T>(options: GitOptions, work: (objects: ObjectReader) => Promise<T>): Promise<T>;
  /** Begins a commit; the caller holds the workspace's lock. */
  draft(base: CommitBase, options: DraftOptions): EngineDraft;
}
