import type { MigrationInterface, QueryRunner } from 'typeorm';
import { historyByDefault } from './015-append-of-owner';
import { appendOfOwnerText } from './append-of-owner';

/**
 * From lists alone: the worker reads them by itself, and copies the rows into their shard. With a table of the owner's beside them, Citus
 * would have the rows of a column with a sequence handed over a connection from the worker to itself, and committed in two phases; and
 * where all columns are given, plan the step for each shard that there is.
 */
const history = `  INSERT INTO state_history (owner, workspace_id, panel_id, change_type, patch, previous_version, new_version, triggered_by,
    trigger_source, actor, change_size_bytes, checksum, base_version, idempotency_key, full_state, occurred_at, revision, ordinal,
    state_size_bytes, about)
  SELECT this_owner, change.workspace_id, change.panel_id, change.type, change.patch, change.version - 1, change.version,
    change.by, change.source, change.actor, change.size, change.checksum, change.base, change.key, change.copy, done.updated_at,
    done.revision - CASE WHEN which_revisions = 'each' THEN done.version - change.version ELSE 0 END,
    change.ordinal, change.bytes, change.about
  FROM jsonb_to_recordset(written) AS done(workspace_id text, panel_id text, version bigint, updated_at timestamptz, revision bigint)
  JOIN jsonb_to_recordset(all_changes) AS change(workspace_id text, panel_id text, type text, patch jsonb, version bigint, by text,
    source text, actor text, size integer, checksum text, base bigint, key text, copy jsonb, ordinal integer, bytes integer,
    about jsonb) ON change.workspace_id = done.workspace_id AND change.panel_id = done.panel_id;`;

/** The function that appends the changes of one owner, as it is now. */
export const appendOfOwner = appendOfOwnerText({ begin: 'CREATE OR REPLACE FUNCTION', history });

/** The function appends history from lists alone. */
export class AppendFromLists1700000000016 implements MigrationInterface {
  name = 'AppendFromLists1700000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendOfOwner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(appendOfOwnerText({ begin: 'CREATE OR REPLACE FUNCTION', history: historyByDefault }));
  }
}
