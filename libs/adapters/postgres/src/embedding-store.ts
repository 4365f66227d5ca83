import type { DataSource } from 'typeorm';
import {
  type EmbeddingStore,
  type StoredEmbedding,
  type StoredSimilarity,
  cosine,
} from '@nexus-state/state-core';
import { type Statement, query } from './query';
import { bytesOf, holdsVector, sentVectorOf, vectorLiteral, vectorOf } from './vector-format';

type Table = 'embeddings' | 'embedding_vectors';

const tableStatement = {
  name: 'table-of-embeddings',
  text: `SELECT to_regclass('embedding_vectors') IS NOT NULL AS "isVector"`,
};

// A vector that is used every day is noted so once a day: reads write next to nothing.
const statementOn = (table: Table, name: string, columns: string, result: string): Statement => ({
  name: `${name}-${table}`,
  text: `
    WITH found AS (
      SELECT checksum, read_at${columns} FROM ${table}
      WHERE owner = $1 AND provider = $2 AND checksum = ANY($3::text[])
    ), noted AS (
      UPDATE ${table} SET read_at = statement_timestamp()
      WHERE owner = $1 AND provider = $2
        AND checksum IN (SELECT checksum FROM found WHERE read_at < statement_timestamp() - interval '1 day')
    )
    ${result}`,
});

const writeTo = (table: Table, type: string, value: string): Statement => ({
  name: `write-${table}`,
  text: `
    INSERT INTO ${table} (owner, provider, checksum, vector)
    SELECT $1, $2, made.checksum, ${value} FROM unnest($3::text[], $4::${type}[]) AS made(checksum, vector)
    ORDER BY made.checksum
    ON CONFLICT DO NOTHING`,
});

const missingResult =
  'SELECT asked.checksum FROM unnest($3::text[]) AS asked(checksum) WHERE checksum NOT IN (SELECT checksum FROM found)';
const foundResult = 'SELECT checksum, vector FROM found';

/** The statements on vectors as bytes, which any PostgreSQL keeps. */
const onBytes = {
  missing: statementOn('embeddings', 'missing', '', missingResult),
  read: statementOn('embeddings', 'read', ', vector', foundResult),
  write: writeTo('embeddings', 'bytea', 'made.vector'),
};

/** The statements on vectors that pgvector keeps and compares. The distance to a vector that is zero is no number. */
const onVectors = {
  missing: statementOn('embedding_vectors', 'missing', '', missingResult),
  read: statementOn('embedding_vectors', 'read', ', vector_send(vector) AS vector', foundResult),
  write: writeTo('embedding_vectors', 'text', 'made.vector::vector'),
  compare: statementOn(
    'embedding_vectors',
    'compare',
    `, CASE WHEN vector_dims(vector) = vector_dims($4::vector)
       THEN coalesce(1 - nullif(vector <=> $4::vector, 'NaN'), 0) ELSE 0 END AS cosine`,
    'SELECT checksum, cosine FROM found',
  ),
};

const pruneOf = (table: Table): Statement => ({
  name: `prune-${table}`,
  text: `DELETE FROM ${table} WHERE read_at < $1`,
});

/** So many vectors are in memory at once to be compared. */
const comparedAtOnce = 500;

/**
 * Vectors in PostgreSQL: in a table of pgvector, which compares them, where the migration has made one; else as bytes, 32-bit floats,
 * which are compared here.
 */
export class PostgresEmbeddingStore implements EmbeddingStore {
  #isVector: boolean | undefined;

  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async read(
    owner: string,
    provider: string,
    checksums: readonly string[],
  ): Promise<readonly StoredEmbedding[]> {
    const isVector = await this.#hasVectors();
    const { read } = isVector ? onVectors : onBytes;
    const values = [owner, provider, checksums];
    const rows = await query<{ checksum: string; vector: Buffer }>(this.source, read, values);
    const floats = isVector ? sentVectorOf : vectorOf;
    return rows.map(({ checksum, vector }) => ({ checksum, vector: floats(vector) }));
  }

  async missing(owner: string, provider: string, checksums: readonly string[]): Promise<readonly string[]> {
    const { missing } = (await this.#hasVectors()) ? onVectors : onBytes;
    const rows = await query<{ checksum: string }>(this.source, missing, [owner, provider, checksums]);
    return rows.map(({ checksum }) => checksum);
  }

  async similarities(
    owner: string,
    provider: string,
    checksums: readonly string[],
    to: Float32Array,
  ): Promise<readonly StoredSimilarity[]> {
    if ((await this.#hasVectors()) && holdsVector(to)) {
      const values = [owner, provider, checksums, vectorLiteral(to)];
      return query<{ checksum: string; cosine: number }>(this.source, onVectors.compare, values);
    }
    const compared: StoredSimilarity[] = [];
    for (let at = 0; at < checksums.length; at += comparedAtOnce) {
      const kept = await this.read(owner, provider, checksums.slice(at, at + comparedAtOnce));
      for (const { checksum, vector } of kept) compared.push({ checksum, cosine: cosine(vector, to) });
    }
    return compared;
  }

  async write(owner: string, provider: string, embeddings: readonly StoredEmbedding[]): Promise<void> {
    const isVector = await this.#hasVectors();
    // What the type cannot hold is made again each time that it is needed.
    const held = isVector ? embeddings.filter(({ vector }) => holdsVector(vector)) : embeddings;
    const { write } = isVector ? onVectors : onBytes;
    const checksums = held.map(({ checksum }) => checksum);
    const vectors = held.map(({ vector }) => (isVector ? vectorLiteral(vector) : bytesOf(vector)));
    await query(this.source, write, [owner, provider, checksums, vectors]);
  }

  async prune(before: string): Promise<void> {
    const tables: Table[] = (await this.#hasVectors()) ? ['embeddings', 'embedding_vectors'] : ['embeddings'];
    for (const table of tables) await query(this.source, pruneOf(table), [new Date(before)]);
  }

  /** Looked up once: a process that began before the table was made goes on with bytes. */
  async #hasVectors(): Promise<boolean> {
    if (this.#isVector === undefined) {
      const [found] = await query<{ isVector: boolean }>(this.source, tableStatement, []);
      this.#isVector = found?.isVector === true;
    }
    return this.#isVector;
  }
}
