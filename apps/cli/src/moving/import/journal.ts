import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, readdir, rename, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '@nexus-state/client';
import { Failure } from '../../cli/failures';
import { exitCodes } from '../../cli/exit-codes';
import { linesOf } from '../source/lines';
import { isMissing } from './is-missing';

/** What an import is about. */
export interface ImportHeader {
  readonly id: string;
  readonly url: string;
  readonly owner: string | undefined;
  readonly workspace: string;
  readonly source: string;
  /** Equal for the same command; undefined where the source can be read only once. */
  readonly fingerprint: string | undefined;
  readonly begunAt: string;
  /** When all of the source was imported, or the import was taken back. */
  readonly endedAt?: string;
}

/** What an import made of a panel. */
export interface Made {
  readonly version: number;
  /** The version before the import; null where there was no panel. */
  readonly before: number | null;
  readonly checksum: string;
}

/** A panel to be written. */
export interface PendingPanel {
  readonly place: string;
  readonly panelId: string;
  readonly state: JsonObject;
  readonly before: number | null;
}

/** A transaction that was or will be sent: of one whose end is not known, this is all there is. */
export interface PendingBatch {
  readonly key: string;
  readonly panels: readonly PendingPanel[];
}

/** A line of the journal: a transaction that happened. */
interface DoneLine {
  readonly key: string;
  readonly panels: readonly (readonly [
    panelId: string,
    version: number,
    before: number | null,
    checksum: string,
  ])[];
}

const files = { header: 'import.json', done: 'done.ndjson', pending: 'pending.json' };

/**
 * What an import has done, on disk: a folder with its header, the transactions that happened, and the one that is on its way. It is
 * written before each transaction and after, so that a process that was killed at any moment can be followed by another.
 */
export class Journal {
  readonly made = new Map<string, Made>();
  /** The batch that may have happened or not. */
  pending: PendingBatch | undefined;
  #header: ImportHeader;
  #count = 0;
  #done: FileHandle | undefined;

  private constructor(
    readonly folder: string,
    header: ImportHeader,
  ) {
    this.#header = header;
  }

  get header(): ImportHeader {
    return this.#header;
  }

  /** Begins the journal of a new import. */
  static async create(root: string, header: ImportHeader): Promise<Journal> {
    const journal = new Journal(path.join(root, header.id), header);
    await mkdir(journal.folder, { recursive: true, mode: 0o700 });
    await journal.#replace(files.header, header);
    return journal;
  }

  /**
   * Reads the journal of an import.
   * @throws Failure where there is none
   */
  static async open(root: string, id: string): Promise<Journal> {
    const header = /^[\w-]+$/.test(id) ? await readHeader(path.join(root, id)) : undefined;
    if (!header) {
      throw new Failure(`There is no import "${id}" in ${root}.`, exitCodes.notFound, 'nexus import --list');
    }
    const journal = new Journal(path.join(root, id), header);
    await journal.#read();
    return journal;
  }

  /** The name of the next transaction. */
  nextKey(): string {
    return `${this.#header.id}/${++this.#count}`;
  }

  /** Notes a transaction before it is sent. */
  async begin(batch: PendingBatch): Promise<void> {
    await this.#replace(files.pending, batch);
    this.pending = batch;
  }

  /** Notes that the pending transaction happened. */
  async finish(batch: PendingBatch, made: ReadonlyMap<string, Made>): Promise<void> {
    const panels = [...made].map(
      ([panelId, { version, before, checksum }]) => [panelId, version, before, checksum] as const,
    );
    this.#done ??= await open(path.join(this.folder, files.done), 'a', 0o600);
    await this.#done.appendFile(`${JSON.stringify({ key: batch.key, panels } satisfies DoneLine)}\n`);
    await this.#done.datasync();
    this.#take({ key: batch.key, panels });
    this.pending = undefined;
  }

  /** Notes that the pending transaction has not happened, and will not. */
  dropPending(): void {
    this.pending = undefined;
  }

  /** Notes that the import is over: it is not resumed any more. */
  async end(): Promise<void> {
    this.#header = { ...this.#header, endedAt: new Date().toISOString() };
    await this.#replace(files.header, this.#header);
  }

  async close(): Promise<void> {
    await this.#done?.close();
    this.#done = undefined;
  }

  async #read(): Promise<void> {
    const file = path.join(this.folder, files.done);
    let last = '';
    let whole = 0;
    try {
      for await (const { bytes, end } of linesOf(createReadStream(file), Infinity)) {
        const line = parsed<DoneLine>(bytes?.toString('utf8') ?? '');
        // A process that was killed while it wrote leaves half a line.
        if (!line) break;
        this.#take(line);
        [last, whole] = [line.key, end];
      }
      await truncate(file, whole);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    const pending = parsed<PendingBatch>(await textOf(path.join(this.folder, files.pending)));
    this.#count = Math.max(numberOf(last), numberOf(pending?.key));
    this.pending = pending && pending.key !== last ? pending : undefined;
  }

  #take({ panels }: DoneLine): void {
    for (const [panelId, version, before, checksum] of panels) {
      // A panel that the source has changed between two runs goes back to what was there before the first.
      const first = this.made.get(panelId);
      this.made.set(panelId, { version, before: first ? first.before : before, checksum });
    }
  }

  /** Replaces a file as a whole: a reader never sees half of it. */
  async #replace(name: string, content: object): Promise<void> {
    const file = path.join(this.folder, name);
    const handle = await open(`${file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(content));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }
}

/** The imports of this user, the newest first. */
export async function listImports(root: string): Promise<ImportHeader[]> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const headers = await Promise.all(names.map((name) => readHeader(path.join(root, name))));
  const found = headers.filter((header) => header !== undefined);
  return found.sort((a, b) => (a.begunAt < b.begunAt ? 1 : -1));
}

async function readHeader(folder: string): Promise<ImportHeader | undefined> {
  return parsed<ImportHeader>(await textOf(path.join(folder, files.header)));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function numberOf(key = ''): number {
  return Number(key.split('/').at(-1) ?? 0);
}
