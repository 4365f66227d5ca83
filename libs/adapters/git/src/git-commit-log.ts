import {
  type WorkspaceKey,
  type CommitLog,
  type LoggedCommit,
  commitHashPattern,
} from '@nexus-state/state-core';
import { readBranch } from './branch';
import { CommandEngine } from './command-engine';
import { type GitOptions, runGit } from './git-process';
import { available } from './available';
import type { GitRepositoryOptions } from './git-snapshot-repository';
import { repositoryExists, repositoryFolder } from './repository-folder';

/** The fields of a commit in the log, each ended by NUL: no message holds one. */
const format = ['%H', '%P', '%an', '%cI', '%B'];

/** The commits of bare repositories in a folder, read by git's own plumbing. */
export class GitCommitLog implements CommitLog {
  readonly #root: string;
  readonly #timeoutMs: number;
  readonly #engine = new CommandEngine();

  constructor({ root, timeoutMs = 30_000 }: Pick<GitRepositoryOptions, 'root' | 'timeoutMs'>) {
    this.#root = root;
    this.#timeoutMs = timeoutMs;
  }

  log(workspace: WorkspaceKey, limit: number): Promise<readonly LoggedCommit[]> {
    return available(async () => {
      const options = this.#options(workspace);
      const tip = await tipOf(options);
      if (tip === undefined) return [];
      const fields = format.join('%x00');
      const text = await runGit(['log', '-z', `--max-count=${limit}`, `--format=${fields}`, tip], options);
      return commitsOf(text);
    });
  }

  find(workspace: WorkspaceKey, hash: string): Promise<string | undefined> {
    return available(async () => {
      if (!commitHashPattern.test(hash)) return undefined;
      const options = this.#options(workspace);
      const tip = await tipOf(options);
      if (tip === undefined) return undefined;
      if (hash === tip) return tip;
      const [commit] = await this.#engine.read(options, (objects) => objects.read([`${hash}^{commit}`]));
      if (!commit) return undefined;
      // What the branch does not reach: an interrupted commit leaves such behind.
      const beside = await runGit(['rev-list', '--max-count=1', commit.hash, `^${tip}`], options);
      return beside === '' ? commit.hash : undefined;
    });
  }

  #options(workspace: WorkspaceKey): GitOptions {
    return { gitDir: repositoryFolder(this.#root, workspace), timeoutMs: this.#timeoutMs };
  }
}

/** The newest commit of the branch, or undefined where there is none. */
async function tipOf(options: GitOptions): Promise<string | undefined> {
  return (await repositoryExists(options.gitDir)) ? readBranch(options) : undefined;
}

function commitsOf(text: string): LoggedCommit[] {
  const parts = text.split('\0');
  const count = Math.floor(parts.length / format.length);
  return Array.from({ length: count }, (_, n) => commitOf(parts.slice(n * format.length)));
}

function commitOf([
  hash = '',
  parents = '',
  author = '',
  committedAt = '',
  message = '',
]: string[]): LoggedCommit {
  return {
    hash,
    message: message.trimEnd(),
    author,
    committedAt: new Date(committedAt).toISOString(),
    parents: parents === '' ? [] : parents.split(' '),
  };
}
