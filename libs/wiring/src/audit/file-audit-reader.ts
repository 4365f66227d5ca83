import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ValidationFailed } from '@nexus-state/documents';
import {
  type AuditFilter,
  type AuditPage,
  type AuditQuery,
  type AuditReader,
  type AuditRecord,
  Unavailable,
  matchesAudit,
} from '@nexus-state/state-core';

/** How much is read for one page: what comes after it is on the next one. */
const pageBytes = 64 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/** A file of the log: the one that is written, or one of those before. */
interface LogFile {
  readonly name: string;
  /** Stays the same where the file is renamed. */
  readonly inode: number;
  readonly size: number;
  readonly changedAtMs: number;
}

/** A line of a file, and where it begins. */
interface Line {
  readonly begin: number;
  readonly text: string;
}

/** Reads the audit log from its files, from the end of the newest one on. */
export class FileAuditReader implements AuditReader {
  readonly #file: string;

  /** @param file the one that is written; those before are beside it */
  constructor(file: string) {
    this.#file = path.resolve(file);
  }

  async read({ limit, cursor, ...filter }: AuditQuery): Promise<AuditPage> {
    try {
      return await this.#read(filter, limit, cursor);
    } catch (error) {
      if (error instanceof ValidationFailed) throw error;
      throw new Unavailable('The audit log', { cause: error });
    }
  }

  async #read(filter: AuditFilter, limit: number, cursor: string | undefined): Promise<AuditPage> {
    const files = await this.#files();
    const start = cursor === undefined ? undefined : readCursor(cursor, files);
    const records: AuditRecord[] = [];
    let read = 0;
    for (const file of start ? files.slice(start.index) : files) {
      // A file that was last written before has nothing that is asked for; nor have those before it.
      if (filter.since !== undefined && file.changedAtMs < Date.parse(filter.since)) break;
      const end = start && file === files[start.index] ? start.offset : file.size;
      for await (const { begin, text } of linesBackwards(
        path.join(path.dirname(this.#file), file.name),
        end,
      )) {
        read += text.length;
        const record = recordOf(text);
        if (record && matchesAudit(filter, record)) records.push(record);
        if (records.length < limit && read < pageBytes) continue;
        const isLast = begin === 0 && file === files.at(-1);
        return { records, nextCursor: isLast ? null : cursorOf(file, begin) };
      }
    }
    return { records, nextCursor: null };
  }

  /** The files, the newest first. */
  async #files(): Promise<LogFile[]> {
    const { dir, base, name, ext } = path.parse(this.#file);
    const names = await readdir(dir).catch(() => []);
    const isOurs = (other: string) =>
      other === base || (other.startsWith(`${name}.2`) && other.endsWith(ext) && other !== base);
    const files = await Promise.all(
      names.filter(isOurs).map(async (other) => {
        const found = await stat(path.join(dir, other)).catch(() => undefined);
        return found?.isFile()
          ? [{ name: other, inode: found.ino, size: found.size, changedAtMs: found.mtimeMs }]
          : [];
      }),
    );
    // By the time in their names; the one that is written is the newest.
    const order = (file: LogFile) => (file.name === base ? '~' : file.name);
    return files.flat().sort((a, b) => (order(a) < order(b) ? 1 : -1));
  }
}

/** The lines of a file before an offset, the last one first. */
async function* linesBackwards(file: string, end: number): AsyncGenerator<Line> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    let tail: Buffer = Buffer.alloc(0);
    for (let position = end; position > 0;) {
      const length = Math.min(chunkBytes, position);
      const chunk = Buffer.alloc(length);
      const { bytesRead } = await handle.read(chunk, 0, length, (position -= length));
      if (bytesRead < length) return;
      let rest: Buffer = Buffer.concat([chunk, tail]);
      for (let newline; (newline = rest.lastIndexOf(0x0a, -2)) >= 0;) {
        yield { begin: position + newline + 1, text: rest.toString('utf8', newline + 1) };
        rest = rest.subarray(0, newline + 1);
      }
      tail = rest;
    }
    if (tail.length > 0) yield { begin: 0, text: tail.toString('utf8') };
  } finally {
    await handle?.close();
  }
}

/** The record of a line; undefined of one that an append left unfinished. */
function recordOf(line: string): AuditRecord | undefined {
  try {
    return JSON.parse(line) as AuditRecord;
  } catch {
    return undefined;
  }
}

function cursorOf({ inode }: LogFile, offset: number): string {
  return Buffer.from(`${inode}:${offset}`).toString('base64url');
}

function readCursor(cursor: string, files: readonly LogFile[]): { index: number; offset: number } {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, inode, offset] = /^(\d{1,16}):(\d{1,15})$/.exec(text) ?? [];
  const index = files.findIndex((file) => file.inode === Number(inode) && Number(offset) <= file.size);
  if (inode === undefined || index < 0)
    throw new ValidationFailed([
      { pointer: 'cursor', message: 'is not a cursor of this list, or its file is no longer there' },
    ]);
  return { index, offset: Number(offset) };
}
