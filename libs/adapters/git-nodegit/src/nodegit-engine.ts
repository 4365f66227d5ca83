import type { CommitBase } from '@nexus-state/state-core';
import type {
  EngineDraft,
  DraftOptions,
  GitEngine,
  GitObject,
  ObjectReader,
  GitOptions,
} from '@nexus-state/git';
import { isNodegitError, withRepository } from './native';
import type { Nodegit, NodegitRepository } from './nodegit';
import { NodegitDraft } from './nodegit-draft';

/** Beyond this, one process that reads all of them is faster. */
const maxObjects = 64;

/** GIT_ENOTFOUND, GIT_EAMBIGUOUS and GIT_EINVALIDSPEC: the name leads to nothing. */
const nothingThere = [-3, -5, -12];

/**
 * libgit2 in this process, for what is small; where much is read or written, the other engine takes over. No process is
 * started for a snapshot of few changes.
 */
export class NodegitEngine implements GitEngine {
  /**
   * @param nodegit set up by `loadNodegit`
   * @param bulk takes over where there is much
   */
  constructor(
    private readonly nodegit: Nodegit,
    private readonly bulk: GitEngine,
  ) {}

  read<T>(options: GitOptions, work: (objects: ObjectReader) => Promise<T>): Promise<T> {
    return work({
      read: (names) =>
        names.length > maxObjects
          ? this.bulk.read(options, (objects) => objects.read(names))
          : withRepository(this.nodegit, options.gitDir, (repository) => this.#readAll(repository, names)),
    });
  }

  draft(base: CommitBase, options: DraftOptions): EngineDraft {
    return new NodegitDraft(this.nodegit, base, options, () => this.bulk.draft(base, options));
  }

  #readAll(repository: NodegitRepository, names: readonly string[]): Promise<(GitObject | undefined)[]> {
    return Promise.all(names.map((name) => this.#read(repository, name)));
  }

  async #read(repository: NodegitRepository, name: string): Promise<GitObject | undefined> {
    const { Blob, Object, Revparse } = this.nodegit;
    const object = await Revparse.single(repository, name).catch((error: unknown) => {
      if (isNodegitError(error) && nothingThere.includes(error.errno)) return undefined;
      throw error;
    });
    if (!object) return undefined;
    const isBlob = object.type() === Object.TYPE.BLOB;
    const content = isBlob ? (await Blob.lookup(repository, object.id())).content() : Buffer.alloc(0);
    return { hash: object.id().toString(), content };
  }
}
