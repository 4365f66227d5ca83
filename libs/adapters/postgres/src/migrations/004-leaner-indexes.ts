import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * History rows cost every write, so they have no index that another one can replace: a panel's versions are their
 * natural key, and the order of transactions is the order of time.
 * The index by workspace and panel ends with the owner, so that one panel is found through it as fast as by the primary
 * key: many owners have panels of the same name, and a planner without statistics takes either.
 */
export class LeanerIndexes1700000000004 implements MigrationInterface {
  name = 'LeanerIndexes1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX panel_states_by_workspace`);
    await runner.query(
      `CREATE INDEX panel_states_by_workspace ON panel_states (workspace_id, panel_id, owner)`,
    );
    await runner.query(`DROP INDEX state_history_by_workspace`);
    await runner.query(`ALTER TABLE state_history DROP CONSTRAINT state_history_pkey`);
    await runner.query(
      `ALTER TABLE state_history ADD PRIMARY KEY (owner, workspace_id, panel_id, new_version)`,
    );
    await runner.query(`DROP INDEX state_history_by_panel`);
    await runner.query(`ALTER INDEX state_history_by_transaction RENAME TO state_history_by_workspace`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX state_history_by_workspace RENAME TO state_history_by_transaction`);
    await runner.query(
      `CREATE UNIQUE INDEX state_history_by_panel ON state_history (owner, workspace_id, panel_id, new_version DESC)`,
    );
    await runner.query(`ALTER TABLE state_history DROP CONSTRAINT state_history_pkey`);
    await runner.query(`ALTER TABLE state_history ADD PRIMARY KEY (owner, workspace_id, id)`);
    await runner.query(
      `CREATE INDEX state_history_by_workspace ON state_history (owner, workspace_id, occurred_at DESC)`,
    );
    await runner.query(`DROP INDEX panel_states_by_workspace`);
    await runner.query(`CREATE INDEX panel_states_by_workspace ON panel_states (workspace_id, panel_id)`);
  }
}
