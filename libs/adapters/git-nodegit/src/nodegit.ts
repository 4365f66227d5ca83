/**
 * What we use of nodegit 0.28, in its own words: it has no types of its own. Every method takes exactly these
 * arguments; libgit2 does not check all of them, and a wrong one can end the process.
 */
export interface Nodegit {
  readonly Libgit2: {
    opts(option: number, value: number): void;
    readonly OPT: Readonly<Record<string, number>>;
  };
  readonly Repository: { openBare(path: string): Promise<NodegitRepository> };
  readonly Revparse: { single(repository: NodegitRepository, spec: string): Promise<NodegitObject> };
  readonly Object: { readonly TYPE: { readonly BLOB: number; readonly COMMIT: number } };
  readonly Blob: {
    lookup(repository: NodegitRepository, id: NodegitId): Promise<NodegitBlob>;
    createFromBuffer(repository: NodegitRepository, content: Buffer, length: number): Promise<NodegitId>;
  };
  readonly Commit: { lookup(repository: NodegitRepository, id: string): Promise<NodegitCommit> };
  readonly Treebuilder: {
    create(repository: NodegitRepository, source: null): Promise<{ write(): Promise<NodegitId> }>;
  };
  readonly Tree: {
    lookup(repository: NodegitRepository, id: NodegitId): Promise<NodegitTree>;
    readonly UPDATE: { readonly UPSERT: number; readonly REMOVE: number };
  };
  readonly TreeEntry: { readonly FILEMODE: { readonly BLOB: number } };
  readonly Reference: {
    /** Fails when there is such a reference already, unless forced. */
    create(
      repository: NodegitRepository,
      name: string,
      id: NodegitId,
      force: 0 | 1,
      log: string,
    ): Promise<unknown>;
    /** Fails when the reference is not at `current`. */
    createMatching(
      repository: NodegitRepository,
      name: string,
      id: NodegitId,
      force: 1,
      current: string,
      log: string,
    ): Promise<unknown>;
  };
}

export interface NodegitRepository {
  odb(): Promise<NodegitDatabase>;
  /** Closes its files; they would stay open until the garbage is collected. */
  cleanup(): void;
}

/** `toString` gives the hash. */
export interface NodegitId {
  toString(): string;
}

export interface NodegitObject {
  id(): NodegitId;
  type(): number;
}

export interface NodegitBlob {
  content(): Buffer;
}

export interface NodegitCommit {
  getTree(): Promise<NodegitTree>;
}

/** One change of a tree; `id` and `filemode` are read for a removal, too. */
export interface NodegitTreeUpdate {
  readonly action: number;
  readonly path: string;
  readonly id: NodegitId | undefined;
  readonly filemode: number;
}

export interface NodegitTree {
  /** Fails when it is to remove what is not there. */
  createUpdated(
    repository: NodegitRepository,
    count: number,
    updates: readonly NodegitTreeUpdate[],
  ): Promise<NodegitId>;
  /** Fails when there is none. */
  entryByPath(path: string): Promise<unknown>;
}

export interface NodegitDatabase {
  /**
   * @param text it keeps a copy of it for good: only for what is short
   * @param length its length in UTF-8, exactly
   */
  write(text: string, length: number, type: number): Promise<NodegitId>;
}

/** What nodegit throws. */
export interface NodegitError extends Error {
  readonly errno: number;
  readonly errorFunction: string;
}
