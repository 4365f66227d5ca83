import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to where snapshots cover the changes of workspaces, and up to when changes were looked for. */
export class SnapshotCoverage1700000000003 implements MigrationInterface {
  name = 'SnapshotCoverage1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE snapshot_coverage (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        noted bigint NOT NULL DEFAULT 0,
        covered bigint NOT NULL DEFAULT 0,
        covered_at timestamptz,
        covered_until xid8,
        PRIMARY KEY (owner, workspace_id)
      )`);
    await runner.query(
      `CREATE INDEX snapshot_coverage_due ON snapshot_coverage (owner, workspace_id) WHERE noted > covered`,
    );
    await runner.query(`
      CREATE TABLE snapshot_scans (
        name text PRIMARY KEY,
        scanned_until timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE snapshot_scans`);
    await runner.query(`DROP TABLE snapshot_coverage`);
  }
}
