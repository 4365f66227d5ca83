import type { CommitBase, CommitDetails } from '@nexus-state/state-core';
import {
  commitHeader,
  type EngineDraft,
  type DraftOptions,
  branchRef,
  clearLocks,
  createRepository,
} from '@nexus-state/git';
import { withRepository } from './native';
import type { Nodegit, NodegitId, NodegitRepository, NodegitTree, NodegitTreeUpdate } from './nodegit';

/** How much is committed without a process: each blob is a file of its own, brought to the disk by itself. */
const most = { files: 16, characters: 1024 * 1024 };

/**
 * A commit of few files, made by nodegit when it is finished. What grows beyond that is handed on to git's own
 * `fast-import`, which writes many objects as one pack.
 */
export class NodegitDraft implements EngineDraft {
  readonly #files = new Map<string, string>();
  #characters = 0;
  #large: EngineDraft | undefined;

  /** @param openLarge begins the draft that takes over */
  constructor(
    private readonly nodegit: Nodegit,
    private readonly base: CommitBase,
    private readonly options: DraftOptions,
    private readonly openLarge: () => EngineDraft,
  ) {}

  async write(path: string, text: string): Promise<void> {
    if (this.#large) return this.#large.write(path, text);
    this.#characters += text.length;
    this.#files.set(path, text);
    if (this.#files.size <= most.files && this.#characters <= most.characters) return;
    this.#large = this.openLarge();
    for (const [writtenPath, writtenText] of this.#files) await this.#large.write(writtenPath, writtenText);
    this.#files.clear();
  }

  async finish(details: CommitDetails): Promise<string> {
    if (this.#large) return this.#large.finish(details);
    const { gitDir, timeoutMs, staleLockMs } = this.options;
    const { signal } = this.base;
    signal.throwIfAborted();
    await createRepository(gitDir, { timeoutMs, signal });
    await clearLocks(gitDir, staleLockMs);
    return withRepository(this.nodegit, gitDir, (repository) => this.#commit(repository, details));
  }

  async close(): Promise<void> {
    await this.#large?.close();
  }

  async #commit(repository: NodegitRepository, details: CommitDetails): Promise<string> {
    const { Blob, Reference } = this.nodegit;
    const { tip, signal } = this.base;
    const ids = new Map<string, NodegitId>();
    for (const [path, text] of this.#files) {
      const content = Buffer.from(text);
      ids.set(path, await Blob.createFromBuffer(repository, content, content.length));
    }
    const treeId = await this.#writeTree(repository, ids, details.removed);
    const commitId = await this.#writeCommit(repository, treeId, details);
    // The branch is moved last, and only from where the base is.
    signal.throwIfAborted();
    if (tip) await Reference.createMatching(repository, branchRef, commitId, 1, tip.commitHash, '');
    else await Reference.create(repository, branchRef, commitId, 0, '');
    return commitId.toString();
  }

  async #writeTree(
    repository: NodegitRepository,
    ids: ReadonlyMap<string, NodegitId>,
    removed: readonly string[],
  ): Promise<NodegitId> {
    const { Tree, TreeEntry } = this.nodegit;
    const filemode = TreeEntry.FILEMODE.BLOB;
    const base = await this.#baseTree(repository);
    const updates: NodegitTreeUpdate[] = [...ids].map(([path, id]) => ({
      action: Tree.UPDATE.UPSERT,
      path,
      id,
      filemode,
    }));
    for (const path of removed) {
      const isThere = !ids.has(path) && (await base.entryByPath(path).then(Boolean, () => false));
      if (isThere) updates.push({ action: Tree.UPDATE.REMOVE, path, id: undefined, filemode });
    }
    return base.createUpdated(repository, updates.length, updates);
  }

  async #baseTree(repository: NodegitRepository): Promise<NodegitTree> {
    const { Commit, Tree, Treebuilder } = this.nodegit;
    const { tip } = this.base;
    if (tip?.manifest) return (await Commit.lookup(repository, tip.commitHash)).getTree();
    const empty = await Treebuilder.create(repository, null);
    return Tree.lookup(repository, await empty.write());
  }

  /** As an object and not through a signature: libgit2 takes some characters off names, and git does not. */
  async #writeCommit(
    repository: NodegitRepository,
    treeId: NodegitId,
    details: CommitDetails,
  ): Promise<NodegitId> {
    const { tip } = this.base;
    const parent = tip ? `parent ${tip.commitHash}\n` : '';
    const text = `tree ${treeId.toString()}\n${parent}${commitHeader(details)}\n${details.message}`;
    const database = await repository.odb();
    return database.write(text, Buffer.byteLength(text), this.nodegit.Object.TYPE.COMMIT);
  }
}
