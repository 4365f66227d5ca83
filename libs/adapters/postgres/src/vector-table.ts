import type { QueryRunner } from 'typeorm';
import { errorCodeOf } from './error-code';
import { holdsVector, vectorLiteral, vectorOf } from './vector-format';

const movedAtOnce = 500;
/** A role that may not create an extension, or an extension that is not where the server says. */
const refusals = new Set(['42501', '58P01']);

/**
 * Gives embeddings a table of type `vector`, where the server has pgvector and this role may create it, or it is there already; vectors that
 * are kept move to it. Elsewhere, nothing changes. Done again, it moves what releases without this table have written meanwhile.
 * @param runner outside a transaction
 * @returns how many vectors have moved; undefined where there is no pgvector
 */
export async function applyVectorTable(runner: QueryRunner): Promise<number | undefined> {
  if (!(await createExtension(runner))) return undefined;
  await runner.query(`
    CREATE UNLOGGED TABLE IF NOT EXISTS embedding_vectors (
      owner text COLLATE "C" NOT NULL,
      provider text COLLATE "C" NOT NULL,
      checksum text COLLATE "C" NOT NULL,
      vector vector NOT NULL,
      read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (owner, provider, checksum)
    )`);
  await runner.query('CREATE INDEX IF NOT EXISTS embedding_vectors_read_at ON embedding_vectors (read_at)');
  let moved = 0;
  for (let some = -1; some !== 0; moved += some) some = await moveSome(runner);
  return moved;
}

async function createExtension(runner: QueryRunner): Promise<boolean> {
  const [available] = await runner.query(`SELECT FROM pg_available_extensions WHERE name = 'vector'`);
  if (!available) return false;
  try {
    await runner.query('CREATE EXTENSION IF NOT EXISTS vector');
  } catch (error) {
    if (refusals.has(errorCodeOf(error) ?? '')) return false;
    throw error;
  }
  // An extension in a schema that is not searched is of no use.
  const [found]: { found: boolean }[] = await runner.query(
    `SELECT to_regtype('vector') IS NOT NULL AS found`,
  );
  return found?.found === true;
}

interface KeptRow {
  readonly owner: string;
  readonly provider: string;
  readonly checksum: string;
  readonly vector: Buffer;
  readonly read_at: Date;
}

/** Moves some of the vectors that are kept as bytes. What the type cannot hold is left out: it can be made again. */
async function moveSome(runner: QueryRunner): Promise<number> {
  const [rows]: [KeptRow[], number] = await runner.query(
    `DELETE FROM embeddings WHERE (owner, provider, checksum) IN
       (SELECT owner, provider, checksum FROM embeddings LIMIT $1)
     RETURNING owner, provider, checksum, vector, read_at`,
    [movedAtOnce],
  );
  const held = rows
    .map((row) => ({ ...row, vector: vectorOf(row.vector) }))
    .filter(({ vector }) => holdsVector(vector));
  await runner.query(
    `INSERT INTO embedding_vectors (owner, provider, checksum, vector, read_at)
     SELECT kept.owner, kept.provider, kept.checksum, kept.vector::vector, kept.read_at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
       AS kept(owner, provider, checksum, vector, read_at)
     ON CONFLICT DO NOTHING`,
    [
      held.map(({ owner }) => owner),
      held.map(({ provider }) => provider),
      held.map(({ checksum }) => checksum),
      held.map(({ vector }) => vectorLiteral(vector)),
      held.map(({ read_at }) => read_at),
    ],
  );
  return rows.length;
}
