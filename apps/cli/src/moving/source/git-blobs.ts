import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../../cli/failures';

/** Reads files of commits, one after the other, with one process of git for all of them. */
export class BlobReader {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(repository: string) {
    this.#child = spawn('git', ['-C', repository, 'cat-file', '--batch'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @throws Failure where there is no such file */
  async read(name: string): Promise<Buffer> {
    this.#child.stdin.write(`${name}\n`);
    // "<hash> blob <size>", the content, and a newline.
    const head = await this.#line();
    const size = Number(/ blob (\d+)$/.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(size)) throw new Failure(`git has no ${name}: ${head}`);
    const content = await this.#take(size + 1);
    return content.subarray(0, size);
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #line(): Promise<string> {
    let at = this.#rest.indexOf(0x0a);
    for (; at < 0; at = this.#rest.indexOf(0x0a))
      this.#rest = Buffer.concat([this.#rest, await this.#chunk()]);
    return (await this.#take(at + 1)).subarray(0, at).toString('utf8');
  }

  async #take(size: number): Promise<Buffer> {
    const parts = [this.#rest];
    let length = this.#rest.length;
    while (length < size) {
      const chunk = await this.#chunk();
      parts.push(chunk);
      length += chunk.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(size);
    return all.subarray(0, size);
  }

  async #chunk(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next();
    if (done) throw new Failure('git ended while it was read.');
    return value;
  }
}
