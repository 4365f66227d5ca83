import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOfOwnerText } from './append-of-owner';

/** The ids of the changes come from their sequence, as a default. */
export const historyByDefault = `  INSERT INTO state_history (owner, workspace_id, panel_id, change_type, patch, previous_version, new_version, triggered_by,
    trigger_source, actor, change_size_bytes, checksum, base_version, idempotency_key, full_state, occurred_at, revision, ordinal,
    state_size_bytes, about)
  SELECT counter.owner, counter.workspace_id, change.panel_id, change.type, change.patch, change.version - 1, change.version,
    change.by, change.source, change.actor, change.size, change.checksum, change.base, change.key, change.copy, done.updated_at,
    done.revision - CASE WHEN which_revisions = 'each' THEN done.version - change.version ELSE 0 END,
    change.ordinal, change.bytes, change.about
  FROM workspace_revisions AS counter
  JOIN jsonb_to_recordset(written) AS done(workspace_id text, panel_id text, version bigint, updated_at timestamptz, revision bigint)
    ON done.workspace_id = counter.workspace_id
  JOIN jsonb_to_recordset(all_changes) AS change(workspace_id text, panel_id text, type text, patch jsonb, version bigint, by text,
    source text, actor text, size integer, checksum text, base bigint, key text, copy jsonb, ordinal integer, bytes integer,
    about jsonb) ON change.workspace_id = done.workspace_id AND change.panel_id = done.panel_id
  WHERE counter.owner = this_owner;`;

/** The function that appends the changes of one owner. */
export class AppendOfOwner1700000000015 implements MigrationInterface {
  name = 'AppendOfOwner1700000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendOfOwnerText({ begin: 'CREATE FUNCTION', history: historyByDefault }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION append_of_owner(text, text[], boolean, text, text, text, text, timestamptz)',
    );
  }
}
