import type { CommitBase, CommitDetails } from '@nexus-state/state-core';
import type { EngineDraft, DraftOptions } from './engine';
import { FastImport } from './fast-import';
import { GitProcess } from './git-process';
import { clearLocks } from './leftovers';
import { createRepository } from './repository-folder';

/** A commit in the making. Nothing is touched before its first file: where nothing changed, no process is needed. */
export class FastImportDraft implements EngineDraft {
  #git: GitProcess | undefined;
  #import: Promise<FastImport> | undefined;

  constructor(
    private readonly base: CommitBase,
    private readonly options: DraftOptions,
  ) {}

  async write(path: string, text: string): Promise<void> {
    this.#import ??= this.#start();
    await (await this.#import).writeFile(path, text);
  }

  async finish(details: CommitDetails): Promise<string> {
    this.#import ??= this.#start();
    const files = await this.#import;
    this.base.signal.throwIfAborted();
    const { tip } = this.base;
    return files.commit({ commitHash: tip?.commitHash, keepFiles: tip?.manifest !== undefined }, details);
  }

  async close(): Promise<void> {
    this.#git?.kill();
    await this.#git?.ended.catch(() => {});
  }

  async #start(): Promise<FastImport> {
    const { gitDir, timeoutMs, staleLockMs } = this.options;
    const { signal } = this.base;
    signal.throwIfAborted();
    await createRepository(gitDir, { timeoutMs, signal });
    await clearLocks(gitDir, staleLockMs);
    this.#git = new GitProcess(['fast-import', '--done', '--quiet'], { gitDir, timeoutMs, signal });
    return new FastImport(this.#git);
  }
}
