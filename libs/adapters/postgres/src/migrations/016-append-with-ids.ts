import type { MigrationInterface, QueryRunner } from 'typeorm';
import { historyByDefault } from './015-append-of-owner';
import { appendOfOwnerText } from './append-of-owner';

/**
 * The ids of the changes, from their sequence before the step. Where a default takes them, Citus does not send the rows to their shard:
 * the worker opens a connection to itself, hands the changes over it, and commits in two phases.
 */
const history = `  ids := ARRAY(SELECT nextval('state_history_id_seq') FROM generate_series(1, jsonb_array_length(all_changes)));
  INSERT INTO state_history (owner, workspace_id, id, panel_id, change_type, patch, previous_version, new_version, triggered_by,
    trigger_source, actor, change_size_bytes, checksum, base_version, idempotency_key, full_state, occurred_at, revision, ordinal,
    state_size_bytes, about) OVERRIDING SYSTEM VALUE
  SELECT counter.owner, counter.workspace_id, ids[change.ordinality], change.panel_id, change.type, change.patch,
    change.version - 1, change.version, change.by, change.source, change.actor, change.size, change.checksum, change.base,
    change.key, change.copy, done.updated_at,
    done.revision - CASE WHEN which_revisions = 'each' THEN done.version - change.version ELSE 0 END,
    change.ordinal, change.bytes, change.about
  FROM workspace_revisions AS counter
  JOIN jsonb_to_recordset(written) AS done(workspace_id text, panel_id text, version bigint, updated_at timestamptz, revision bigint)
    ON done.workspace_id = counter.workspace_id
  JOIN ROWS FROM (jsonb_to_recordset(all_changes) AS (workspace_id text, panel_id text, type text, patch jsonb, version bigint,
    by text, source text, actor text, size integer, checksum text, base bigint, key text, copy jsonb, ordinal integer,
    bytes integer, about jsonb)) WITH ORDINALITY AS change
    ON change.workspace_id = done.workspace_id AND change.panel_id = done.panel_id
  WHERE counter.owner = this_owner;`;

/** The function that appends the changes of one owner, as it is now. */
export const appendOfOwner = appendOfOwnerText({ begin: 'CREATE OR REPLACE FUNCTION', history });

/** The function takes ids before it appends. */
export class AppendWithIds1700000000016 implements MigrationInterface {
  name = 'AppendWithIds1700000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendOfOwner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(appendOfOwnerText({ begin: 'CREATE OR REPLACE FUNCTION', history: historyByDefault }));
  }
}
