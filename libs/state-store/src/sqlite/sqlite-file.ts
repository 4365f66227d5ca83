import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreUnavailableError } from '../model';
import { pause } from '../watch/backoff';
import { type Database, type Statement, isBusy, openFile, resultCodeOf } from './driver';
import { prepareFile } from './schema';

/** One connection to a file, which other processes use, too. */
export class SqliteFile {
  readonly #statements = new Map<string, Statement>();
  #closed = false;

  private constructor(
    private readonly database: Database,
    private readonly patienceMs: number,
  ) {}

  /**
   * Opens the file, and creates it and its folder where they are not there.
   * @param patienceMs how long to wait for other processes
   * @throws StoreUnavailableError
   */
  static async open(file: string, patienceMs: number): Promise<SqliteFile> {
    const path = resolve(file);
    let database: Database | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true });
      return await whenFree(patienceMs, () => {
        database ??= openFile(path);
        prepareFile(database);
        return new SqliteFile(database, patienceMs);
      });
    } catch (error) {
      database?.close();
      throw translated(error, `The file ${path}`, false);
    }
  }

  /** A statement, prepared once. */
  statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /**
   * Reads at one instant.
   * @throws StoreUnavailableError
   */
  read<T>(work: () => T): Promise<T> {
    return this.#transaction('BEGIN', work);
  }

  /**
   * Writes as one durable step.
   * @throws StoreUnavailableError
   */
  write<T>(work: () => T): Promise<T> {
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  /** Changes with each write of another connection. */
  dataVersion(): number {
    return Number(this.statement('PRAGMA data_version').get()?.['data_version']);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#statements.clear();
    this.database.close();
  }

  /**
   * Reads with one statement, which needs no transaction to see one instant. It is answered at once unless the file is busy.
   * @throws StoreUnavailableError
   */
  readOne<T>(work: () => T): T | Promise<T> {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw translated(error, 'The SQLite file', false);
      return this.#readLater(work);
    }
  }

  async #readLater<T>(work: () => T): Promise<T> {
    try {
      return await whenFree(this.patienceMs, work);
    } catch (error) {
      throw translated(error, 'The SQLite file', false);
    }
  }

  async #transaction<T>(begin: string, work: () => T): Promise<T> {
    // A failed commit may have reached the disk; before it, nothing has.
    let committing = false;
    try {
      return await whenFree(this.patienceMs, () => {
        this.database.exec(begin);
        try {
          const result = work();
          committing = true;
          this.database.exec('COMMIT');
          return result;
        } catch (error) {
          if (this.database.isTransaction) this.database.exec('ROLLBACK');
          if (isBusy(error)) committing = false;
          throw error;
        }
      });
    } catch (error) {
      throw translated(error, 'The SQLite file', committing && begin !== 'BEGIN');
    }
  }
}

/** Tries again, without holding up this process, while another one writes. */
async function whenFree<T>(patienceMs: number, work: () => T): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
      await pause(1 + Math.random() * 5);
    }
  }
}

function translated(error: unknown, what: string, mayHaveHappened: boolean): unknown {
  if (resultCodeOf(error) === undefined && !isSystemError(error)) return error;
  return new StoreUnavailableError(what, mayHaveHappened, { cause: error });
}

function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string';
}
