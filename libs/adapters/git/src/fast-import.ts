import type { CommitDetails } from '@nexus-state/state-core';
import { commitHeader } from './commit-header';
import { type GitProcess, branchRef } from './git-process';

/** Where a commit goes on from. */
export interface FastImportBase {
  /** Undefined: the commit is the first one. */
  readonly commitHash: string | undefined;
  /** Whether the files of the base stay. */
  readonly keepFiles: boolean;
}

/**
 * One commit through one `git fast-import --done` (git-fast-import(1)): blobs as they come, the commit at the end. Git
 * moves the branch last and only forward, from the tip it finds; without the word `done` it does not move it at all,
 * so a process whose writer died commits nothing.
 */
export class FastImport {
  readonly #changes: string[] = [];

  constructor(private readonly git: GitProcess) {}

  /** Adds a file or replaces it. The path must not begin with a quote or hold a line feed. */
  async writeFile(path: string, text: string): Promise<void> {
    const mark = this.#changes.push(`M 100644 :${this.#changes.length + 1} ${path}\n`);
    await this.git.write(`blob\nmark :${mark}\n${data(text)}`);
  }

  /**
   * Makes the commit and moves the branch to it.
   * @returns the commit's hash
   * @throws GitFailed when it cannot be made, or the branch is not where the base is
   */
  async commit(base: FastImportBase, details: CommitDetails): Promise<string> {
    const { message, removed } = details;
    const mark = `:${this.#changes.length + 1}`;
    await this.git.write(
      [
        `commit ${branchRef}\n`,
        `mark ${mark}\n`,
        commitHeader(details),
        data(message),
        base.commitHash ? `from ${base.commitHash}\n` : '',
        base.keepFiles ? '' : 'deleteall\n',
        ...removed.map((path) => `D ${path}\n`),
        ...this.#changes,
        `\nget-mark ${mark}\ndone\n`,
      ].join(''),
    );
    this.git.endInput();
    let output = '';
    for await (const chunk of this.git.output()) output += chunk.toString();
    // Only now: git prints the hash before it moves the branch.
    await this.git.ended;
    return output.trim();
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
