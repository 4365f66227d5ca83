import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A revision for each workspace, which every accepted write moves on by one: the order of the change feed. The counter is not
 * a column of `workspaces`, whose rows go when a workspace is deleted: revisions would begin anew. Half of each page of counters
 * is left free, so that a counter moves on within its page.
 *
 * What is there gets its revisions in the order that feeds have shown. Services of the release before name none: then the trigger
 * gives each change its own. They read the feed by transaction, so that column stays.
 */
export class Revisions1700000000010 implements MigrationInterface {
  name = 'Revisions1700000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspace_revisions (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        revision bigint NOT NULL,
        PRIMARY KEY (owner, workspace_id)
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      ALTER TABLE state_history
        ADD COLUMN revision bigint,
        ADD COLUMN ordinal integer NOT NULL DEFAULT 1,
        ADD COLUMN state_size_bytes integer`);
    await runner.query(`
      UPDATE state_history AS change SET revision = numbered.revision
      FROM (
        SELECT owner, workspace_id, panel_id, new_version,
          row_number() OVER (PARTITION BY owner, workspace_id ORDER BY transaction_id, id) AS revision
        FROM state_history
      ) AS numbered
      WHERE change.owner = numbered.owner AND change.workspace_id = numbered.workspace_id
        AND change.panel_id = numbered.panel_id AND change.new_version = numbered.new_version`);
    await runner.query(`
      INSERT INTO workspace_revisions (owner, workspace_id, revision)
      SELECT owner, workspace_id, max(revision) FROM state_history GROUP BY owner, workspace_id`);
    await runner.query(`ALTER TABLE state_history ALTER COLUMN revision SET NOT NULL`);
    await runner.query(`DROP INDEX state_history_by_workspace`);
    await runner.query(
      `CREATE UNIQUE INDEX state_history_by_revision ON state_history (owner, workspace_id, revision, ordinal)`,
    );
    await runner.query(`
      CREATE FUNCTION take_workspace_revision() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO workspace_revisions AS counter (owner, workspace_id, revision)
        VALUES (NEW.owner, NEW.workspace_id, 1)
        ON CONFLICT (owner, workspace_id) DO UPDATE SET revision = counter.revision + 1
        RETURNING revision INTO NEW.revision;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER state_history_revision BEFORE INSERT ON state_history
      FOR EACH ROW WHEN (NEW.revision IS NULL) EXECUTE FUNCTION take_workspace_revision()`);
    await runner.query(`ALTER TABLE snapshot_coverage ADD COLUMN covered_revision bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE snapshot_coverage DROP COLUMN covered_revision`);
    await runner.query(`DROP TRIGGER IF EXISTS state_history_revision ON state_history`);
    await runner.query(`DROP FUNCTION take_workspace_revision()`);
    await runner.query(`DROP INDEX state_history_by_revision`);
    await runner.query(
      `ALTER TABLE state_history DROP COLUMN revision, DROP COLUMN ordinal, DROP COLUMN state_size_bytes`,
    );
    await runner.query(
      `CREATE INDEX state_history_by_workspace ON state_history (owner, workspace_id, transaction_id, id)`,
    );
    await runner.query(`DROP TABLE workspace_revisions`);
  }
}
