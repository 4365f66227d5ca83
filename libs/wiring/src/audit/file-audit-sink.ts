import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { type AuditRecord, type AuditSink, Unavailable, auditLine } from '@nexus-state/state-core';

/** Where a file audit log is, and how large a file of it may become. */
export interface FileAuditOptions {
  readonly file: string;
  /** Beyond it, the file is renamed and a new one begun. */
  readonly maxBytes?: number;
  /** The pause between two looks how large it is, and whether another process has begun a new one. */
  readonly lookMs?: number;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const defaultLookMs = 1_000;

let renamed = 0;

/** Keeps files in order that are renamed within one millisecond. */
function nextNumber(): string {
  return String(renamed++ % 1_000_000).padStart(6, '0');
}

/** Another process was faster. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** The audit log as lines of JSON at the end of a file, which several processes of one machine may share. */
export class FileAuditSink implements AuditSink {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #lookMs: number;
  #handle: FileHandle | undefined;
  #lookedAt = -Infinity;
  /** Whether the file may end within a line, because an append failed. */
  #isTorn = false;
  /** Appends of one process, one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor({ file, maxBytes = defaultMaxBytes, lookMs = defaultLookMs }: FileAuditOptions) {
    this.#lookMs = lookMs;
    this.#file = path.resolve(file);
    this.#maxBytes = maxBytes;
  }

  append(records: readonly AuditRecord[]): Promise<void> {
    const appended = this.#last.then(() => this.#append(records));
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#release();
  }

  async #append(records: readonly AuditRecord[]): Promise<void> {
    try {
      const handle = await this.#opened();
      const lines = records.map((record) => `${auditLine(record)}\n`).join('');
      // One write, which the system puts at the end of the file as a whole: other processes write there, too.
      const bytes = Buffer.from(this.#isTorn ? `\n${lines}` : lines);
      this.#isTorn = true;
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('the disk is full');
      this.#isTorn = false;
    } catch (error) {
      // What is wrong with this handle may not be wrong with the next one.
      await this.#release();
      throw new Unavailable('The audit log', { cause: error });
    }
  }

  /** The file, opened; a new one where the one before has become too large. */
  async #opened(): Promise<FileHandle> {
    const now = performance.now();
    if (this.#handle && now - this.#lookedAt < this.#lookMs) return this.#handle;
    this.#lookedAt = now;
    if (this.#handle && !(await this.#isCurrent(this.#handle))) await this.#release();
    this.#handle ??= await this.#open();
    const { size, mtime } = await this.#handle.stat();
    if (size < this.#maxBytes) return this.#handle;
    await this.#rotate(this.#handle, mtime);
    return (this.#handle = await this.#open());
  }

  async #open(): Promise<FileHandle> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    return open(this.#file, 'a', 0o600);
  }

  /** Where two processes do this at once, the second one finds another file in its place, or renames a small one: none is lost. */
  async #rotate(handle: FileHandle, mtime: Date): Promise<void> {
    if (await this.#isCurrent(handle)) {
      const { dir, name, ext } = path.parse(this.#file);
      const suffix = `${mtime.toISOString().replaceAll(':', '-')}-${nextNumber()}-${randomBytes(4).toString('hex')}`;
      await rename(this.#file, path.join(dir, `${name}.${suffix}${ext}`)).catch(ignoreMissing);
    }
    await this.#release();
  }

  async #isCurrent(handle: FileHandle): Promise<boolean> {
    const [mine, there] = await Promise.all([handle.stat(), stat(this.#file).catch(() => undefined)]);
    return there !== undefined && there.ino === mine.ino && there.dev === mine.dev;
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#lookedAt = -Infinity;
    await handle?.close().catch(() => undefined);
  }
}
