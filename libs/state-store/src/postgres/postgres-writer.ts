import type { Pool } from 'pg';
import {
  type BatchDecision,
  type Cipher,
  type Outcome,
  type Receipt,
  type Row,
  type WriteRequest,
  decideBatch,
  keysOf,
  rowAfter,
} from '../model';
import { inTransaction, isSerializationFailure, runOn, type Run } from './connection';
import { KnownRows } from './known-rows';
import { type Written, lockAndRead, writeDecided } from './write-statement';

/** Guesses before the keys are locked and read. */
const guesses = 3;
const attempts = 10;

/** What a caller does in the transaction of a write, with what came of the write. */
export type Complete = (run: Run, receipt: Receipt) => Promise<void>;

/** Writes the requests of one owner. */
export class PostgresWriter {
  readonly #known = new KnownRows();
  /** How far the clock of the database is ahead of ours, in milliseconds. */
  #ahead = 0;

  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    private readonly cipher: Cipher,
  ) {}

  /**
   * Decides on what this process knows of the keys, and lets the database check it with the write: one statement where it was right.
   * @returns the outcomes, and whether anything was written
   * @throws StoreUnavailableError
   */
  async commit(
    requests: readonly WriteRequest[],
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly wrote: boolean }> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(requests);
      } catch (error) {
        if (!isSerializationFailure(error) || attempt === attempts) throw error;
      }
    }
  }

  async #attempt(
    requests: readonly WriteRequest[],
  ): Promise<{ outcomes: readonly Outcome[]; wrote: boolean }> {
    const keys = [...new Set(requests.flatMap(keysOf))];
    const merged = requests.flatMap(({ writes }) => writes.filter(({ type }) => type === 'merge'));
    const isGuess = merged.every(({ key }) => this.#known.get(key) !== undefined && this.#known.isWhole(key));
    const run: Run = (statement, values = []) => runOn(this.pool, statement, values, { writes: true });
    for (let guess = 0; isGuess && guess < guesses; guess++) {
      const done = await this.#guess(run, keys, requests);
      if (done) return done;
      // What was read after a wrong guess may be large, and is then not kept.
      if (!merged.every(({ key }) => this.#known.isWhole(key))) break;
    }
    return inTransaction(this.pool, (locked) => this.#lockedWrite(locked, keys, requests));
  }

  /**
   * Writes one request in a transaction, together with more of the caller's.
   * @param complete runs after the write, and before the commit; what it throws rolls all of it back
   * @throws the refusal of the request; what `complete` throws; StoreUnavailableError
   */
  async commitWith(request: WriteRequest, complete: Complete): Promise<Receipt> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTransaction(this.pool, async (run) => {
          const [outcome] = (await this.#lockedWrite(run, keysOf(request), [request])).outcomes;
          if (!outcome || 'error' in outcome) throw outcome?.error;
          await complete(run, outcome.receipt);
          return outcome.receipt;
        });
      } catch (error) {
        // What is known of the keys may have been rolled back.
        for (const key of keysOf(request)) this.#known.forget(key);
        if (!isSerializationFailure(error) || attempt === attempts) throw error;
      }
    }
  }

  async #guess(run: Run, keys: readonly string[], requests: readonly WriteRequest[]) {
    const seen = new Map(keys.map((key) => [key, this.#known.get(key)]));
    return this.#write(run, seen, requests, { revision: 0, now: Date.now() + this.#ahead });
  }

  /** Reads the keys under the lock of the owner, so that nobody else can change them before they are written. */
  async #lockedWrite(run: Run, keys: readonly string[], requests: readonly WriteRequest[]) {
    for (;;) {
      const read = await lockAndRead(run, this.owner, keys);
      const rows = new Map((read.agreed ? [] : read.rows).map((row) => [row.key, row]));
      const seen = new Map(keys.map((key) => [key, rows.get(key)]));
      const done = await this.#write(run, seen, requests, { revision: read.base, now: read.now });
      // A key may have come to its end between both statements; then it is decided anew.
      if (done) return done;
    }
  }

  /** Undefined where the keys are not as seen; what they are is known afterwards. */
  async #write(
    run: Run,
    seen: ReadonlyMap<string, Row | undefined>,
    requests: readonly WriteRequest[],
    at: { readonly revision: number; readonly now: number },
  ): Promise<{ outcomes: readonly Outcome[]; wrote: boolean } | undefined> {
    const rows = new Map([...seen].flatMap(([key, row]): [string, Row][] => (row ? [[key, row]] : [])));
    const decided = decideBatch(requests, rows, at.revision, at.now, this.cipher);
    let written: Written;
    try {
      written = await writeDecided(run, this.owner, seen, decided, at);
    } catch (error) {
      // It may have happened, and then the guesses are wrong.
      for (const key of seen.keys()) this.#known.forget(key);
      throw error;
    }
    this.#ahead = written.now - Date.now();
    if (!written.agreed) {
      for (const key of seen.keys()) this.#known.forget(key);
      for (const row of written.rows) this.#known.set(row);
      return undefined;
    }
    const shift = written.base - at.revision;
    this.#remember(decided, rows, shift, written.now);
    return {
      outcomes: decided.outcomes.map((outcome) => shifted(outcome, shift)),
      wrote: decided.changes.length > 0,
    };
  }

  #remember(decided: BatchDecision, rows: ReadonlyMap<string, Row>, shift: number, now: number): void {
    const current = new Map(rows);
    for (const change of decided.changes) {
      const { ttl, expiresAt } = change;
      const written = {
        ...change,
        at: now,
        revision: change.revision + shift,
        expiresAt: ttl === undefined ? expiresAt : now + ttl,
      };
      const row = rowAfter(written, current.get(change.key));
      current.set(change.key, row);
      this.#known.set(row);
    }
  }
}

/** A decision counts revisions from where it guessed; the database says where they begin. */
function shifted(outcome: Outcome, by: number): Outcome {
  if ('error' in outcome) return outcome;
  const { receipt } = outcome;
  return { receipt: { ...receipt, revision: receipt.revision + by } };
}
