import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index of the automatic snapshots of all workspaces, by their time: what is thinned out is one range of it. */
export class AutomaticSnapshots1700000000005 implements MigrationInterface {
  name = 'AutomaticSnapshots1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX state_snapshots_automatic ON state_snapshots (created_at, id) WHERE type = 'auto'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX state_snapshots_automatic`);
  }
}
