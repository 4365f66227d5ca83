import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Idempotency keys of a workspace, by caller: what was asked for under each, and what came of it. `key_hash` is made of
 * caller and key, so that rows of the index are of one size. A key is of no panel any more, so the key in a history row,
 * which services of the version before still go by, need not be unique for it: several callers may use the same one.
 */
export class IdempotencyKeys1700000000006 implements MigrationInterface {
  name = 'IdempotencyKeys1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        key_hash text COLLATE "C" NOT NULL,
        fingerprint text NOT NULL,
        answer jsonb NOT NULL,
        claimed_at timestamptz NOT NULL,
        PRIMARY KEY (owner, workspace_id, key_hash)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_by_time ON idempotency_keys (claimed_at)`);
    await runner.query(`DROP INDEX state_history_by_idempotency_key`);
    await runner.query(
      `CREATE INDEX state_history_by_idempotency_key
         ON state_history (owner, workspace_id, panel_id, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX state_history_by_idempotency_key`);
    // Only the first change of a panel under a key can keep it where keys are unique for a panel.
    await runner.query(`
      UPDATE state_history AS later SET idempotency_key = NULL
      FROM state_history AS first
      WHERE later.idempotency_key IS NOT NULL AND first.idempotency_key = later.idempotency_key
        AND first.owner = later.owner AND first.workspace_id = later.workspace_id
        AND first.panel_id = later.panel_id AND first.new_version < later.new_version`);
    await runner.query(
      `CREATE UNIQUE INDEX state_history_by_idempotency_key
         ON state_history (owner, workspace_id, panel_id, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    );
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
