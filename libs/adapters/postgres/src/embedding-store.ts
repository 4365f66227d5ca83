import type { DataSource } from 'typeorm';
import type { EmbeddingStore, StoredEmbedding } from '@nexus-state/state-core';
import { query } from './query';

// A vector that is read every day is noted so once a day: reads write next to nothing.
const readStatement = {
  name: 'read-embeddings',
  text: `
    WITH found AS (
      SELECT checksum, vector, read_at FROM embeddings
      WHERE owner = $1 AND provider = $2 AND checksum = ANY($3::text[])
    ), noted AS (
      UPDATE embeddings SET read_at = statement_timestamp()
      WHERE owner = $1 AND provider = $2
        AND checksum IN (SELECT checksum FROM found WHERE read_at < statement_timestamp() - interval '1 day')
    )
    SELECT checksum, vector FROM found`,
};

const writeStatement = {
  name: 'write-embeddings',
  text: `
    INSERT INTO embeddings (owner, provider, checksum, vector)
    SELECT $1, $2, made.checksum, made.vector FROM unnest($3::text[], $4::bytea[]) AS made(checksum, vector)
    ORDER BY made.checksum
    ON CONFLICT DO NOTHING`,
};

const pruneStatement = {
  name: 'prune-embeddings',
  text: 'DELETE FROM embeddings WHERE read_at < $1',
};

/** Vectors in PostgreSQL, as 32-bit floats in the byte order of the machine that all processes share: little-endian. */
export class PostgresEmbeddingStore implements EmbeddingStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async read(
    owner: string,
    provider: string,
    checksums: readonly string[],
  ): Promise<readonly StoredEmbedding[]> {
    const values = [owner, provider, checksums];
    const rows = await query<{ checksum: string; vector: Buffer }>(this.source, readStatement, values);
    return rows.map(({ checksum, vector }) => ({ checksum, vector: vectorOf(vector) }));
  }

  async write(owner: string, provider: string, embeddings: readonly StoredEmbedding[]): Promise<void> {
    const checksums = embeddings.map(({ checksum }) => checksum);
    const vectors = embeddings.map(({ vector }) => bytesOf(vector));
    await query(this.source, writeStatement, [owner, provider, checksums, vectors]);
  }

  async prune(before: string): Promise<void> {
    await query(this.source, pruneStatement, [new Date(before)]);
  }
}

function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes;
}

function vectorOf(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
