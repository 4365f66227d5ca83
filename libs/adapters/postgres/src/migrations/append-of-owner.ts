/** How a form of the function begins, and how it appends history. */
export interface AppendOfOwnerForm {
  readonly begin: 'CREATE FUNCTION' | 'CREATE OR REPLACE FUNCTION';
  /** The step, in PL/pgSQL. It has `written`, what became of panels, and `all_changes`. */
  readonly history: string;
}

/**
 * The write of one owner as a function, for tables that Citus distributes: it runs on the worker that has the owner's rows, where the
 * one statement over many owners would go through the coordinator, step by step. It does what that statement does (`appendText`).
 * Where tables are not distributed, nothing calls it.
 *
 * Each of its statements names the owner, and so goes to one shard. Counters are
 * made before anything is locked; then come panels, and the counters, in order, until the commit. A panel's changes have revisions
 * in a row, which end with that of the panel.
 */
export const appendOfOwnerText = ({ begin, history }: AppendOfOwnerForm): string => `
${begin} append_of_owner(this_owner text, workspace_ids text[], is_creating boolean, panels_text text, changes_text text,
  claims_text text, which_revisions text, given_moment timestamptz)
RETURNS TABLE ("workspaceId" text, "panelId" text, "updatedAt" timestamptz, revision bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  all_panels jsonb := panels_text;
  all_changes jsonb := changes_text;
  all_claims jsonb := claims_text;
  this_moment timestamptz;
  -- Rows that a default makes ids for do not go straight to their shard.
  seed text := gen_random_uuid();
  place text;
  made record;
  created jsonb[] := '{}';
  written jsonb;
BEGIN
  IF is_creating AND cardinality(workspace_ids) > (SELECT count(*) FROM workspace_revisions AS counter
      WHERE counter.owner = this_owner AND counter.workspace_id = ANY (workspace_ids)) THEN
    FOREACH place IN ARRAY workspace_ids LOOP
      INSERT INTO workspace_revisions (owner, workspace_id, revision) VALUES (this_owner, place, 0)
      ON CONFLICT (owner, workspace_id) DO NOTHING;
    END LOOP;
  END IF;
  this_moment := coalesce(given_moment, date_trunc('milliseconds', clock_timestamp()));

  IF is_creating THEN
    FOR made IN
      INSERT INTO panel_states AS stored (owner, workspace_id, panel_id, id, version, state, checksum, state_size_bytes,
        state_variable_count, deleted, created_at, updated_at, last_accessed_at)
      SELECT counter.owner, counter.workspace_id, panel.panel_id,
        md5(seed || panel.workspace_id || '/' || panel.panel_id)::uuid, panel.version, panel.state, panel.checksum, panel.size,
        panel.variables, panel.deleted, this_moment, this_moment, this_moment
      FROM workspace_revisions AS counter
      JOIN jsonb_to_recordset(all_panels) AS panel(workspace_id text, panel_id text, expected bigint, version bigint, state jsonb,
        checksum text, size integer, variables integer, deleted boolean) ON panel.workspace_id = counter.workspace_id
      WHERE counter.owner = this_owner AND panel.expected = 0
      ON CONFLICT (owner, workspace_id, panel_id) DO NOTHING
      RETURNING stored.workspace_id, stored.panel_id, stored.version, stored.version AS changes, stored.updated_at
    LOOP
      created := created || to_jsonb(made);
    END LOOP;
  END IF;

  WITH updated AS (
    UPDATE panel_states AS stored
    SET version = panel.version, state = panel.state, checksum = panel.checksum, state_size_bytes = panel.size,
      state_variable_count = panel.variables, deleted = panel.deleted, updated_at = greatest(this_moment, stored.updated_at)
    FROM jsonb_to_recordset(all_panels) AS panel(workspace_id text, panel_id text, expected bigint, version bigint, state jsonb,
      checksum text, size integer, variables integer, deleted boolean)
    WHERE stored.owner = this_owner AND stored.workspace_id = panel.workspace_id AND stored.panel_id = panel.panel_id
      AND stored.version = panel.expected AND panel.expected > 0
    RETURNING stored.workspace_id, stored.panel_id, panel.version, panel.version - panel.expected AS changes, stored.updated_at
  ), accepted AS MATERIALIZED (
    SELECT * FROM updated
    UNION ALL
    SELECT * FROM jsonb_to_recordset(to_jsonb(created)) AS made_before(
      workspace_id text, panel_id text, version bigint, changes bigint, updated_at timestamptz)
  ), held AS MATERIALIZED (
    SELECT counter.workspace_id FROM workspace_revisions AS counter
    WHERE counter.owner = this_owner AND counter.workspace_id IN (SELECT accepted.workspace_id FROM accepted)
    ORDER BY counter.workspace_id
    FOR UPDATE
  ), advanced AS (
    UPDATE workspace_revisions AS counter
    SET revision = counter.revision + CASE
      WHEN which_revisions = 'each' THEN counted.changes WHEN which_revisions = 'together' THEN 1 ELSE 0 END
    FROM (SELECT count(*) AS workspaces FROM held) AS ready,
      (SELECT accepted.workspace_id, sum(accepted.changes)::bigint AS changes FROM accepted GROUP BY 1) AS counted
    WHERE ready.workspaces > 0 AND counter.owner = this_owner AND counter.workspace_id = counted.workspace_id
    RETURNING counter.workspace_id, counter.revision
  ), placed AS (
    SELECT accepted.*, CASE WHEN which_revisions = 'each' THEN
        sum(accepted.changes) OVER (PARTITION BY accepted.workspace_id)
          - sum(accepted.changes) OVER (PARTITION BY accepted.workspace_id ORDER BY accepted.panel_id COLLATE "C")
      ELSE 0 END AS behind
    FROM accepted
  )
  SELECT jsonb_agg(jsonb_build_object('workspace_id', placed.workspace_id, 'panel_id', placed.panel_id,
      'version', placed.version, 'updated_at', placed.updated_at, 'revision', advanced.revision - placed.behind))
    INTO written
    FROM placed JOIN advanced ON advanced.workspace_id = placed.workspace_id;
  IF written IS NULL THEN
    RETURN;
  END IF;

  FOR place IN
    SELECT DISTINCT panel.workspace_id
    FROM jsonb_to_recordset(all_panels) AS panel(workspace_id text, panel_id text, creates boolean)
    JOIN jsonb_to_recordset(written) AS done(workspace_id text, panel_id text)
      ON done.workspace_id = panel.workspace_id AND done.panel_id = panel.panel_id
    WHERE panel.creates
  LOOP
    INSERT INTO workspaces (owner, workspace_id, name) VALUES (this_owner, place, place)
    ON CONFLICT (owner, workspace_id) DO NOTHING;
  END LOOP;

${history}

  IF jsonb_array_length(all_claims) > 0 THEN
    INSERT INTO idempotency_keys (owner, workspace_id, key_hash, fingerprint, answer, claimed_at)
    SELECT counter.owner, counter.workspace_id, claim.hash, claim.fingerprint, claim.answer, this_moment
    FROM workspace_revisions AS counter
    JOIN jsonb_to_recordset(written) AS done(workspace_id text, panel_id text) ON done.workspace_id = counter.workspace_id
    JOIN jsonb_to_recordset(all_claims) AS claim(workspace_id text, panel_id text, hash text, fingerprint text, answer jsonb)
      ON claim.workspace_id = done.workspace_id AND claim.panel_id = done.panel_id
    WHERE counter.owner = this_owner;
  END IF;

  RETURN QUERY
    SELECT done.workspace_id, done.panel_id, done.updated_at, done.revision
    FROM jsonb_to_recordset(written) AS done(workspace_id text, panel_id text, updated_at timestamptz, revision bigint);
END $$`;
