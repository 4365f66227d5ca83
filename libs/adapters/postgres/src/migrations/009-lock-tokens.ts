import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The newest number that each lock was given out under. A row stays for ever: numbers only grow, also where the store that holds
 * the locks has lost everything.
 */
export class LockTokens1700000000009 implements MigrationInterface {
  name = 'LockTokens1700000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lock_tokens (
        owner text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        fencing_token bigint NOT NULL,
        PRIMARY KEY (owner, name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE lock_tokens`);
  }
}
