import { dirname, join } from 'node:path';
import {
  type WorkspaceKey,
  type CommitBase,
  type CommitDetails,
  type CommitDraft,
  type MaintenanceOutcome,
  type RepositoryTip,
  type SnapshotRepository,
  manifestPath,
  parseManifest,
} from '@nexus-state/state-core';
import { available } from './available';
import { CommandEngine } from './command-engine';
import type { DraftOptions, EngineDraft, GitEngine } from './engine';
import { type GitOptions, branchRef } from './git-process';
import { KnownTips } from './known-tips';
import { maintainRepository } from './maintenance';
import { pushBranch } from './push';
import { makeDurable, repositoryExists, repositoryFolder } from './repository-folder';

/** Where the repositories are and how patient we are with git. */
export interface GitRepositoryOptions {
  /** The folder of all repositories. */
  readonly root: string;
  /** How long a git process may go without progress. */
  readonly timeoutMs?: number;
  /** How long it may when it talks to a remote, or repacks. */
  readonly patientTimeoutMs?: number;
  /** How long a lock file has to lie untouched before it counts as left behind by a killed process. */
  readonly staleLockMs?: number;
  /** What works on them; git's own commands where nothing is said. */
  readonly engine?: GitEngine;
}

/** Bare repositories in a folder. */
export class GitSnapshotRepository implements SnapshotRepository {
  readonly #root: string;
  readonly #engine: GitEngine;
  readonly #tips = new KnownTips();
  readonly #patience: Omit<DraftOptions, 'gitDir'>;
  readonly #patientTimeoutMs: number;

  constructor({
    root,
    timeoutMs = 30_000,
    patientTimeoutMs = 120_000,
    staleLockMs = 2_000,
    engine = new CommandEngine(),
  }: GitRepositoryOptions) {
    this.#root = root;
    this.#engine = engine;
    this.#patientTimeoutMs = patientTimeoutMs;
    this.#patience = { timeoutMs, staleLockMs };
  }

  readTip(workspace: WorkspaceKey): Promise<RepositoryTip | undefined> {
    return available(async () => {
      const options = this.#options(workspace);
      const known = await this.#tips.find(options.gitDir);
      if (known) return known;
      if (!(await repositoryExists(options.gitDir))) return undefined;
      return this.#engine.read(options, async (objects) => {
        const [commit] = await objects.read([branchRef]);
        if (!commit) return undefined;
        const [file] = await objects.read([`${commit.hash}:${manifestPath}`]);
        const manifest = file?.content.toString();
        this.#tips.keep(options.gitDir, commit.hash, manifest);
        return {
          commitHash: commit.hash,
          manifest: manifest === undefined ? undefined : parseManifest(manifest),
        };
      });
    });
  }

  begin(workspace: WorkspaceKey, base: CommitBase): CommitDraft {
    const options = this.#options(workspace);
    const draft = this.#engine.draft(base, options);
    let manifest: string | undefined;
    return {
      write: (path, text) => {
        if (path === manifestPath) manifest = text;
        return available(() => draft.write(path, text));
      },
      commit: async (details) => {
        const commitHash = await this.#finish(workspace, draft, base, details);
        if (!commitHash) return { outcome: 'stale' };
        // Git has brought everything to the disk but what the folder of the branch says.
        await available(() => makeDurable(dirname(join(options.gitDir, branchRef))));
        this.#tips.keep(options.gitDir, commitHash, manifest);
        return { outcome: 'committed', commitHash };
      },
      close: () => draft.close(),
    };
  }

  readFiles(
    workspace: WorkspaceKey,
    commitHash: string,
    paths: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    return available(async () => {
      const options = this.#options(workspace);
      if (!(await repositoryExists(options.gitDir))) return paths.map(() => undefined);
      return this.#engine.read(options, async (objects) => {
        const files = await objects.read(paths.map((path) => `${commitHash}:${path}`));
        return files.map((file) => file?.content.toString());
      });
    });
  }

  push(workspace: WorkspaceKey, remoteUrl: string, signal: AbortSignal): Promise<string | undefined> {
    return available(async () => {
      const options = this.#patientOptions(workspace, signal);
      return (await repositoryExists(options.gitDir)) ? pushBranch(remoteUrl, options) : undefined;
    });
  }

  maintain(workspace: WorkspaceKey, signal: AbortSignal): Promise<MaintenanceOutcome> {
    return available(async () => {
      const options = this.#patientOptions(workspace, signal);
      return (await repositoryExists(options.gitDir)) ? maintainRepository(options) : { outcome: 'not-due' };
    });
  }

  /** The commit's hash, or undefined when the branch has another tip. */
  async #finish(
    workspace: WorkspaceKey,
    draft: EngineDraft,
    { tip, signal }: CommitBase,
    details: CommitDetails,
  ): Promise<string | undefined> {
    try {
      return await available(() => draft.finish(details));
    } catch (error) {
      signal.throwIfAborted();
      const now = await this.readTip(workspace);
      if (now?.commitHash !== tip?.commitHash) return undefined;
      throw error;
    }
  }

  #patientOptions(workspace: WorkspaceKey, signal: AbortSignal): GitOptions {
    return { gitDir: this.#options(workspace).gitDir, timeoutMs: this.#patientTimeoutMs, signal };
  }

  #options(workspace: WorkspaceKey): DraftOptions {
    return { ...this.#patience, gitDir: repositoryFolder(this.#root, workspace) };
  }
}
