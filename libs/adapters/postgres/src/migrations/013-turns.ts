import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How changes came to be, in one column that plain changes leave empty; the turns that changes belong to; proposals, which wait for
 * approval; and the rules that say which changes need one. The index of the changes of turns has no entry for plain changes.
 */
export class Turns1700000000013 implements MigrationInterface {
  name = 'Turns1700000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE state_history ADD COLUMN about jsonb`);
    await runner.query(`
      CREATE INDEX state_history_by_turn ON state_history
        (owner, workspace_id, (about->>'turnId'), revision, ordinal) WHERE about IS NOT NULL`);
    await runner.query(`
      CREATE TABLE turns (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        turn_id text COLLATE "C" NOT NULL,
        agent text NOT NULL,
        description text,
        policy text NOT NULL,
        panels jsonb,
        state text NOT NULL,
        base_revision bigint NOT NULL,
        started_by text NOT NULL,
        started_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (owner, workspace_id, turn_id)
      )`);
    await runner.query(`CREATE INDEX turns_by_time ON turns (owner, workspace_id, started_at, turn_id)`);
    await runner.query(`
      CREATE TABLE proposals (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        proposal_id text COLLATE "C" NOT NULL,
        title text NOT NULL,
        reason text,
        state text NOT NULL,
        changes jsonb NOT NULL,
        origin jsonb NOT NULL,
        approvers jsonb,
        proposed_at timestamptz NOT NULL,
        expires_at timestamptz,
        closed_by text,
        closed_at timestamptz,
        comment text,
        PRIMARY KEY (owner, workspace_id, proposal_id)
      )`);
    await runner.query(
      `CREATE INDEX proposals_by_time ON proposals (owner, workspace_id, proposed_at, proposal_id)`,
    );
    await runner.query(`
      CREATE TABLE approval_rules (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        rules jsonb NOT NULL,
        PRIMARY KEY (owner, workspace_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE approval_rules`);
    await runner.query(`DROP TABLE proposals`);
    await runner.query(`DROP TABLE turns`);
    await runner.query(`DROP INDEX state_history_by_turn`);
    await runner.query(`ALTER TABLE state_history DROP COLUMN about`);
  }
}
