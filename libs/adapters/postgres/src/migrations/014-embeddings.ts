import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The vectors of texts by their checksums, so that a text is embedded once. They can all be made again: the table is not written to the
 * log of the server as states are.
 */
export class Embeddings1700000000014 implements MigrationInterface {
  name = 'Embeddings1700000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE embeddings (
        owner text COLLATE "C" NOT NULL,
        provider text COLLATE "C" NOT NULL,
        checksum text COLLATE "C" NOT NULL,
        vector bytea NOT NULL,
        read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (owner, provider, checksum)
      )`);
    await runner.query('CREATE INDEX embeddings_read_at ON embeddings (read_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    // Where there is pgvector, the migration command has made the other table.
    await runner.query('DROP TABLE IF EXISTS embedding_vectors');
    await runner.query('DROP TABLE embeddings');
  }
}
