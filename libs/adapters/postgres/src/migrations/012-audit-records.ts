import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log, where it is kept in PostgreSQL. Rows are added, and never altered. */
export class AuditRecords1700000000012 implements MigrationInterface {
  name = 'AuditRecords1700000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_records (
        owner text COLLATE "C" NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        time timestamptz NOT NULL,
        actor text COLLATE "C" NOT NULL,
        door text NOT NULL,
        action text NOT NULL,
        workspace_id text COLLATE "C",
        panel_id text COLLATE "C",
        key text COLLATE "C",
        version bigint,
        outcome text NOT NULL,
        request_id text NOT NULL,
        PRIMARY KEY (owner, id)
      )`);
    await runner.query(`CREATE INDEX audit_records_by_time ON audit_records (time, id)`);
    await runner.query(`CREATE INDEX audit_records_by_actor ON audit_records (actor, time, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_records`);
  }
}
