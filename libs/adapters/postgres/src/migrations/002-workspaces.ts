import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workspaces, who shares them, and when who opened them last. */
export class Workspaces1700000000002 implements MigrationInterface {
  name = 'Workspaces1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspaces (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        description text,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        PRIMARY KEY (owner, workspace_id)
      )`);
    await runner.query(`
      CREATE TABLE workspace_members (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        user_id text COLLATE "C" NOT NULL,
        role text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        PRIMARY KEY (owner, workspace_id, user_id)
      )`);
    await runner.query(`CREATE INDEX workspace_members_by_user ON workspace_members (user_id, workspace_id)`);
    await runner.query(`
      CREATE TABLE workspace_visits (
        user_id text COLLATE "C" NOT NULL,
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        last_opened_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, owner, workspace_id)
      )`);
    await runner.query(
      `CREATE INDEX workspace_visits_by_workspace ON workspace_visits (owner, workspace_id)`,
    );
    // Panels came before the list of workspaces.
    await runner.query(`
      INSERT INTO workspaces (owner, workspace_id, name)
      SELECT DISTINCT owner, workspace_id, workspace_id FROM panel_states`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE workspace_visits`);
    await runner.query(`DROP TABLE workspace_members`);
    await runner.query(`DROP TABLE workspaces`);
  }
}
