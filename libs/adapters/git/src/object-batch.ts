import type { GitObject, ObjectReader } from './engine';
import type { GitProcess } from './git-process';

const lineFeed = 0x0a;

/** Reads objects through one `git cat-file --batch`. */
export class ObjectBatch implements ObjectReader {
  readonly #chunks: AsyncGenerator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(private readonly git: GitProcess) {
    this.#chunks = git.output();
  }

  /** @throws GitFailed when the process ends before it has answered */
  async read(names: readonly string[]): Promise<(GitObject | undefined)[]> {
    // Written and read at the same time: both pipes are finite.
    const written = this.git.write(names.map((name) => `${name}\n`).join(''));
    written.catch(() => {});
    const objects: (GitObject | undefined)[] = [];
    for (let read = 0; read < names.length; read++) objects.push(await this.#readOne());
    await written;
    return objects;
  }

  async #readOne(): Promise<GitObject | undefined> {
    const [, hash, size] = /^([0-9a-f]{40,64}) [a-z]+ (\d+)$/.exec(await this.#line()) ?? [];
    return hash ? { hash, content: await this.#bytes(Number(size)) } : undefined;
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
