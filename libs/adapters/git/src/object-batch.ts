import type { GitObject, ObjectReader } from './engine';
import type { GitProcess } from './git-process';
import { treeEntries } from './tree-entries';

const lineFeed = 0x0a;

/** From so many files of one folder on, the folder is read first: git goes through it for each file that is named by its path. */
const manyFiles = 8;

/** `<commit>:<folder>/<file>`; what a commit holds never changes. */
const fileOfCommit = /^([0-9a-f]{40,64}:.+)\/([^/]+)$/;

interface TypedObject extends GitObject {
  /** `blob`, `tree`, `commit` or `tag`. */
  readonly type: string;
}

/** The files of a folder, by name. */
interface Folder {
  readonly name: string;
  readonly hashes: ReadonlyMap<string, string>;
}

/** Reads objects through one `git cat-file --batch`. */
export class ObjectBatch implements ObjectReader {
  /** The one that was read last: a workspace is read in parts. */
  #folder: Folder | undefined;
  readonly #chunks: AsyncGenerator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(private readonly git: GitProcess) {
    this.#chunks = git.output();
  }

  /** @throws GitFailed when the process ends before it has answered */
  async read(names: readonly string[]): Promise<(GitObject | undefined)[]> {
    if (names.length < manyFiles) return this.#readNamed(names);
    const hashes = await this.#hashesOf(names);
    if (!hashes) return this.#readNamed(names);
    const objects = await this.#readNamed(hashes.filter((hash) => hash !== undefined));
    return hashes.map((hash) => (hash === undefined ? undefined : objects.shift()));
  }

  /** The hashes of files of one folder of a commit, undefined for those that are not there; undefined where they are no such files. */
  async #hashesOf(names: readonly string[]): Promise<(string | undefined)[] | undefined> {
    const files = names.map((name) => fileOfCommit.exec(name));
    const folder = files[0]?.[1];
    if (folder === undefined || files.some((file) => file?.[1] !== folder)) return undefined;
    const hashes = await this.#filesOf(folder);
    return files.map((file) => hashes.get(file?.[2] as string));
  }

  async #filesOf(name: string): Promise<Folder['hashes']> {
    if (this.#folder?.name === name) return this.#folder.hashes;
    const [tree] = await this.#readNamed([name]);
    if (tree?.type !== 'tree') return new Map();
    const hashes = treeEntries(tree.content, tree.hash.length / 2);
    this.#folder = { name, hashes };
    return hashes;
  }

  async #readNamed(names: readonly string[]): Promise<(TypedObject | undefined)[]> {
    // Written and read at the same time: both pipes are finite.
    const written = this.git.write(names.map((name) => `${name}\n`).join(''));
    written.catch(() => {});
    const objects: (TypedObject | undefined)[] = [];
    for (let read = 0; read < names.length; read++) objects.push(await this.#readOne());
    await written;
    return objects;
  }

  async #readOne(): Promise<TypedObject | undefined> {
    const [, hash, type, size] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(await this.#line()) ?? [];
    return hash && type ? { hash, type, content: await this.#bytes(Number(size)) } : undefined;
  }

  async #line(): Promise<string> {
    let end = this.#buffer.indexOf(lineFeed);
    while (end < 0) {
      this.#buffer = Buffer.concat([this.#buffer, await this.#nextChunk()]);
      end = this.#buffer.indexOf(lineFeed);
    }
    return this.#drop(end).toString();
  }

  async #bytes(length: number): Promise<Buffer> {
    const chunks = [this.#buffer];
    // The line feed behind the content is waited for as well.
    for (
      let missing = length + 1 - this.#buffer.length;
      missing > 0;
      missing -= (chunks.at(-1) as Buffer).length
    ) {
      chunks.push(await this.#nextChunk());
    }
    if (chunks.length > 1) this.#buffer = Buffer.concat(chunks);
    return this.#drop(length);
  }

  /** The bytes before a line feed; they and the line feed are used up. */
  #drop(end: number): Buffer {
    const taken = this.#buffer.subarray(0, end);
    this.#buffer = this.#buffer.subarray(end + 1);
    return taken;
  }

  async #nextChunk(): Promise<Buffer> {
    const { value, done } = await this.#chunks.next();
    if (!done) return value;
    await this.git.ended;
    throw new Error('git cat-file ended before it had answered.');
  }
}
