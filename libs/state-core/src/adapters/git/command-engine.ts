import type { CommitBase } from '../../ports';
import type { CommitDraft, DraftOptions, GitEngine, ObjectReader } from './engine';
import { FastImportDraft } from './fast-import-draft';
import { type GitOptions, GitProcess } from './git-process';
import { ObjectBatch } from './object-batch';

/** git's own plumbing: a process for each commit and each reading. */
export class CommandEngine implements GitEngine {
  async read<T>(options: GitOptions, work: (objects: ObjectReader) => Promise<T>): Promise<T> {
    const git = new GitProcess(['cat-file', '--batch'], options);
    try {
      const objects = new ObjectBatch(git);
      const result = await work(objects);
      await objects.close();
      return result;
    } finally {
      git.kill();
    }
  }

  draft(base: CommitBase, options: DraftOptions): CommitDraft {
    return new FastImportDraft(base, options);
  }
}
