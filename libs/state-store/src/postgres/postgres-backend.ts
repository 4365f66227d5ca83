import type { Pool, QueryResultRow } from 'pg';
import {
  type Cipher,
  CompactedError,
  type Outcome,
  type Pattern,
  type Receipt,
  type Row,
  type WriteRequest,
  comparePositions,
  endOf,
  placeAfter,
  prefixEnd,
} from '../model';
import type { Capabilities } from '../store/capabilities';
import type { Backend, ChangePage, ChangeQuery, ListQuery } from '../store/backend';
import { runOn } from './connection';
import type { OwnerSignals } from './owner-signals';
import { type Complete, PostgresWriter } from './postgres-writer';
import { type ChangeRow, type EntryRow, readChange, readEntry } from './rows';

const isLive = 'value IS NOT NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())';

const readStatement = {
  name: 'kv-read',
  text: `SELECT * FROM kv_entries WHERE owner = $1 AND key = $2 AND ${isLive}`,
};

const listStatement = (values: boolean) => ({
  name: values ? 'kv-list-values' : 'kv-list',
  text: `
    SELECT owner_now.revision AS now, entry.*
    FROM (SELECT coalesce(max(revision), 0) AS revision FROM kv_owners WHERE owner = $1) AS owner_now
    LEFT JOIN LATERAL (
      SELECT key, version, revision, is_json, ${values ? 'value' : `''::bytea AS value`}, sensitive, created_at, updated_at, expires_at
      FROM kv_entries
      WHERE owner = $1 AND key >= $2 AND key > $3 AND ($4::text IS NULL OR key < $4) AND ${isLive}
      ORDER BY key LIMIT $5
    ) AS entry ON true
    ORDER BY entry.key`,
});

// The sum ends with the limit: a window over rows in their order is not computed further than it is read.
const changesStatement = {
  name: 'kv-changes',
  text: `
    SELECT owner_now.revision AS now, owner_now.compacted, change.*
    FROM (SELECT coalesce(max(revision), 0) AS revision, coalesce(max(compacted), 0) AS compacted FROM kv_owners WHERE owner = $1) AS owner_now
    LEFT JOIN LATERAL (
      SELECT * FROM (
        SELECT *, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY revision, n) - coalesce(octet_length(value), 0) AS before
        FROM kv_changes
        WHERE owner = $1 AND (revision, n) > ($2, $3::bigint)
          AND ($4::text IS NULL OR key >= $4) AND ($5::text IS NULL OR key < $5) AND ($6::text IS NULL OR key = $6)
      ) AS summed
      WHERE before <= $7
      ORDER BY revision, n LIMIT $8
    ) AS change ON true
    ORDER BY change.revision, change.n`,
};

const revisionStatement = { name: 'kv-revision', text: 'SELECT revision FROM kv_owners WHERE owner = $1' };

/** The keys of one owner in PostgreSQL. */
export class PostgresBackend implements Backend {
  readonly capabilities: Capabilities;
  readonly #writer: PostgresWriter;

  /**
   * @param onClose is called once the store has ended
   * @param cipher seals sensitive values
   */
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    private readonly signals: OwnerSignals,
    private readonly onClose: () => Promise<void>,
    cipher: Cipher,
  ) {
    this.capabilities = { durable: true, shared: true, networked: true, encrypts: cipher.encrypts };
    this.#writer = new PostgresWriter(pool, owner, cipher);
  }

  async read(key: string): Promise<Row | undefined> {
    const [row] = await this.#query<EntryRow>(readStatement, [key]);
    return row && readEntry(row);
  }

  async list(query: ListQuery): Promise<{ rows: readonly Row[]; revision: number }> {
    const { prefix, after = '', limit, values } = query;
    const found = await this.#query<EntryRow & { now: string }>(listStatement(values), [
      prefix,
      after,
      prefixEnd(prefix) ?? null,
      limit,
    ]);
    // Without keys there is one row, which has the revision alone.
    const rows = found.flatMap((row) => ((row.key as string | null) === null ? [] : [readEntry(row)]));
    return { rows, revision: Number(found[0]?.now) };
  }

  async commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    const { outcomes, wrote } = await this.#writer.commit(requests);
    if (wrote) this.signals.announce(this.owner);
    return outcomes;
  }

  /** See `PostgresWriter.commitWith`. */
  async commitWith(request: WriteRequest, complete: Complete): Promise<Receipt> {
    const receipt = await this.#writer.commitWith(request, complete);
    this.signals.announce(this.owner);
    return receipt;
  }

  async changes({ after, pattern, limit, maxBytes }: ChangeQuery): Promise<ChangePage> {
    const found = await this.#query<ChangeRow & { now: string; compacted: string }>(changesStatement, [
      after.revision,
      after.n,
      ...boundsOf(pattern),
      maxBytes,
      limit + 1,
    ]);
    const compacted = Number(found[0]?.compacted);
    if (comparePositions(after, endOf(compacted)) < 0) throw new CompactedError(compacted + 1);
    const changes = found.flatMap((row) => ((row.key as string | null) === null ? [] : [readChange(row)]));
    const bytes = changes.reduce((sum, { value }) => sum + (value?.bytes.byteLength ?? 0), 0);
    const page = changes.slice(0, limit);
    const last = page.at(-1);
    if (last && (changes.length > limit || bytes > maxBytes)) {
      return { changes: page, upTo: placeAfter(last), more: true };
    }
    return { changes: page, upTo: endOf(Number(found[0]?.now)), more: false };
  }

  async revision(): Promise<number> {
    const [row] = await this.#query<{ revision: string }>(revisionStatement, []);
    return Number(row?.revision ?? 0);
  }

  onChange(listener: () => void): () => void {
    return this.signals.listen(this.owner, listener);
  }

  close(): Promise<void> {
    return this.onClose();
  }

  #query<R extends QueryResultRow>(
    statement: { readonly name: string; readonly text: string },
    values: readonly unknown[],
  ): Promise<R[]> {
    return runOn<R>(this.pool, statement, [this.owner, ...values], { writes: false });
  }
}

/** The first key, the end, and the one key of a pattern. */
function boundsOf(pattern: Pattern | undefined): (string | null)[] {
  if (pattern === undefined) return [null, null, null];
  if (pattern.kind === 'key') return [null, null, pattern.key];
  return [pattern.prefix, prefixEnd(pattern.prefix) ?? null, null];
}
