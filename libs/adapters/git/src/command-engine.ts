import type { CommitBase } from '@nexus-state/state-core';
import type { EngineDraft, DraftOptions, GitEngine, ObjectReader } from './engine';
import { FastImportDraft } from './fast-import-draft';
import { GitFailed, type GitOptions, GitProcess } from './git-process';
import { ObjectBatch } from './object-batch';

/** A `git cat-file --batch` that has nothing to do. */
interface IdleReader {
  readonly git: GitProcess;
  readonly objects: ObjectBatch;
  readonly timer: NodeJS.Timeout;
}

/** How many wait at most. */
const maxIdle = 8;

/** git's own plumbing: a process for each commit, and one for the readings of a repository that follow each other closely. */
export class CommandEngine implements GitEngine {
  /** By repository, oldest first. */
  readonly #idle = new Map<string, IdleReader>();

  /** @param idleMs how long a reader waits for the next reading of its repository: a workspace is read in parts */
  constructor(private readonly idleMs = 500) {}

  async read<T>(options: GitOptions, work: (objects: ObjectReader) => Promise<T>): Promise<T> {
    const idle = this.#take(options.gitDir);
    if (idle) {
      try {
        return await this.#use(idle, options, work);
      } catch (error) {
        // It may have ended while it waited: the work only reads, and can be done again.
        if (!(error instanceof GitFailed)) throw error;
      }
    }
    const git = new GitProcess(['cat-file', '--batch'], options);
    return this.#use({ git, objects: new ObjectBatch(git) }, options, work);
  }

  draft(base: CommitBase, options: DraftOptions): EngineDraft {
    return new FastImportDraft(base, options);
  }

  async #use<T>(
    { git, objects }: Pick<IdleReader, 'git' | 'objects'>,
    { gitDir }: GitOptions,
    work: (objects: ObjectReader) => Promise<T>,
  ): Promise<T> {
    try {
      const result = await work(objects);
      this.#put(gitDir, git, objects);
      return result;
    } catch (error) {
      git.kill();
      throw error;
    }
  }

  #take(gitDir: string): IdleReader | undefined {
    const idle = this.#idle.get(gitDir);
    if (!idle) return undefined;
    this.#idle.delete(gitDir);
    clearTimeout(idle.timer);
    idle.git.keepAlive(true);
    return idle;
  }

  #put(gitDir: string, git: GitProcess, objects: ObjectBatch): void {
    this.#end(gitDir);
    for (const oldest of this.#idle.keys()) {
      if (this.#idle.size < maxIdle) break;
      this.#end(oldest);
    }
    git.keepAlive(false);
    const timer = setTimeout(() => this.#end(gitDir), this.idleMs).unref();
    this.#idle.set(gitDir, { git, objects, timer });
  }

  #end(gitDir: string): void {
    this.#take(gitDir)?.git.endInput();
  }
}
