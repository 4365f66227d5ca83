import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row: what all processes agree on about the cached copies of panels (`CacheEpochs`). */
export class CacheEpoch1700000000007 implements MigrationInterface {
  name = 'CacheEpoch1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cache_epoch (
        id smallint PRIMARY KEY CHECK (id = 1),
        epoch uuid NOT NULL,
        server text COLLATE "C",
        server_since timestamptz,
        suspended_until timestamptz NOT NULL
      )`);
    await runner.query(
      `INSERT INTO cache_epoch (id, epoch, suspended_until) VALUES (1, gen_random_uuid(), clock_timestamp())`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE cache_epoch`);
  }
}
