import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Panels, their history, and snapshots. Every key begins with owner and workspace, so that all rows of a workspace
 * can live on one node of a distributed PostgreSQL. Ids compare by bytes ("C"), in any locale of the server.
 */
export class PanelsHistorySnapshots1700000000001 implements MigrationInterface {
  name = 'PanelsHistorySnapshots1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE panel_states (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        panel_id text COLLATE "C" NOT NULL,
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        version bigint NOT NULL,
        state jsonb NOT NULL,
        checksum text NOT NULL,
        state_size_bytes integer NOT NULL,
        state_variable_count integer NOT NULL,
        state_schema_version text NOT NULL DEFAULT '1.0.0',
        deleted boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        last_accessed_at timestamptz NOT NULL,
        PRIMARY KEY (owner, workspace_id, panel_id)
      )`);
    await runner.query(`CREATE INDEX panel_states_by_workspace ON panel_states (workspace_id, panel_id)`);
    // The primary key serves every query that begins with owner and workspace. An index on those two alone would be taken for it
    // while the table has no statistics, and read a whole workspace for one panel.
    await runner.query(`CREATE INDEX panel_states_by_time ON panel_states (updated_at DESC)`);
    await runner.query(`CREATE INDEX panel_states_by_state ON panel_states USING gin (state jsonb_path_ops)`);

    await runner.query(`
      CREATE TABLE state_history (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        panel_id text COLLATE "C" NOT NULL,
        change_type text NOT NULL CHECK (change_type IN ('created', 'updated', 'reverted', 'deleted')),
        patch jsonb NOT NULL,
        previous_version bigint NOT NULL,
        new_version bigint NOT NULL CHECK (new_version = previous_version + 1),
        triggered_by text NOT NULL,
        trigger_source text,
        actor text NOT NULL,
        change_size_bytes integer NOT NULL,
        checksum text NOT NULL,
        base_version bigint,
        idempotency_key text,
        full_state jsonb,
        occurred_at timestamptz NOT NULL,
        transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (owner, workspace_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX state_history_by_panel ON state_history (owner, workspace_id, panel_id, new_version DESC)`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX state_history_by_idempotency_key
         ON state_history (owner, workspace_id, panel_id, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX state_history_by_workspace ON state_history (owner, workspace_id, occurred_at DESC)`,
    );
    await runner.query(
      `CREATE INDEX state_history_by_transaction ON state_history (owner, workspace_id, transaction_id, id)`,
    );

    await runner.query(`
      CREATE TABLE state_snapshots (
        owner text COLLATE "C" NOT NULL,
        workspace_id text COLLATE "C" NOT NULL,
        id uuid NOT NULL,
        type text NOT NULL,
        description text,
        panel_count integer NOT NULL,
        total_size_bytes bigint NOT NULL,
        git_commit_hash text NOT NULL,
        git_branch text NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (owner, workspace_id, id)
      )`);
    await runner.query(
      `CREATE INDEX state_snapshots_by_time ON state_snapshots (owner, workspace_id, created_at DESC, id DESC)`,
    );
    await runner.query(
      `CREATE INDEX state_snapshots_by_commit ON state_snapshots (owner, workspace_id, git_commit_hash)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE state_snapshots`);
    await runner.query(`DROP TABLE state_history`);
    await runner.query(`DROP TABLE panel_states`);
  }
}
