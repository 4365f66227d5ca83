/** How a statement that appends changes differs from the plain one. */
export interface AppendVariant {
  /** The instant of the changes, in SQL. */
  readonly now: string;
  /** Which revisions of their workspaces the changes get: each its own, one for all of a workspace, or the one in $4. */
  readonly revisions: 'each' | 'shared' | 'given';
  /** Further steps, behind what is `written`. */
  readonly more?: string;
  /** Whether entries name locks: those with another number than the newest one of their lock are not written. */
  readonly fenced?: boolean;
}

const panelColumns = `
  owner text, workspace_id text, panel_id text, expected bigint, version bigint, state jsonb,
  checksum text, size integer, variables integer, deleted boolean, creates boolean`;

const allPanels = `panel AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS panel(${panelColumns})
)`;

/**
 * The entries that may be written. The rows of their locks are held, so that a newer number is given out only after the
 * commit; one that is given out just now is waited for.
 */
const fencedPanels = `asked AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS asked(${panelColumns}, lock_owner text, lock_name text, fence bigint)
), held AS MATERIALIZED (
  SELECT token.owner, token.name, token.fencing_token
  FROM lock_tokens AS token
  JOIN (SELECT DISTINCT lock_owner, lock_name, fence FROM asked WHERE fence IS NOT NULL) AS wanted
    ON token.owner = wanted.lock_owner AND token.name = wanted.lock_name AND token.fencing_token = wanted.fence
  ORDER BY token.owner, token.name
  FOR SHARE OF token
), panel AS MATERIALIZED (
  SELECT asked.* FROM asked
  LEFT JOIN held ON held.owner = lock_owner AND held.name = lock_name AND held.fencing_token = fence
  WHERE fence IS NULL OR held.name IS NOT NULL
)`;

const lostPanels = `
  UNION ALL
  SELECT asked.owner, asked.workspace_id, asked.panel_id, NULL, NULL
  FROM asked LEFT JOIN panel USING (owner, workspace_id, panel_id)
  WHERE panel.owner IS NULL`;

/**
 * How the counters of the workspaces move on, and which revision each change gets: `taken` less `behind`. The counters are locked
 * after all panels, in order, and until the commit: revisions are in the order of commits, and none is left out.
 */
const revisionSteps = {
  each: {
    behind: `
      count(*) OVER (PARTITION BY owner, workspace_id)
        - row_number() OVER (PARTITION BY owner, workspace_id ORDER BY panel_id, version)`,
    steps: 'count(*)',
  },
  shared: { behind: '0', steps: '1' },
};

function takenRevisions(revisions: AppendVariant['revisions']): string {
  if (revisions === 'given')
    return 'SELECT DISTINCT owner, workspace_id, $4::bigint AS revision FROM accepted';
  return `
      INSERT INTO workspace_revisions AS counter (owner, workspace_id, revision)
      SELECT owner, workspace_id, ${revisionSteps[revisions].steps}
      FROM accepted GROUP BY owner, workspace_id ORDER BY owner, workspace_id
      ON CONFLICT (owner, workspace_id) DO UPDATE SET revision = counter.revision + excluded.revision
      RETURNING owner, workspace_id, revision`;
}

/**
 * A statement that appends chains of changes.
 * In:  $1 the panels after their chains, $2 the changes in order; both JSON lists.
 * Out: one row for each panel that was at its expected version, with the instant and the revision of its last change; where the
 *      statement is fenced, also one for each panel whose lock is lost, without them.
 */
export function appendText({ now, revisions, more = '', fenced = false }: AppendVariant): string {
  return `
    WITH ${fenced ? fencedPanels : allPanels}, moment AS MATERIALIZED (
      SELECT date_trunc('milliseconds', ${now}) AS now
    ), updated AS (
      UPDATE panel_states AS stored
      SET version = panel.version, state = panel.state, checksum = panel.checksum, state_size_bytes = panel.size,
          state_variable_count = panel.variables, deleted = panel.deleted,
          updated_at = greatest(moment.now, stored.updated_at)
      FROM panel, moment
      WHERE panel.expected > 0
        AND stored.owner = panel.owner AND stored.workspace_id = panel.workspace_id
        AND stored.panel_id = panel.panel_id AND stored.version = panel.expected
      RETURNING stored.owner, stored.workspace_id, stored.panel_id, stored.updated_at
    ), created AS (
      INSERT INTO panel_states AS stored (owner, workspace_id, panel_id, version, state, checksum, state_size_bytes,
        state_variable_count, deleted, created_at, updated_at, last_accessed_at)
      SELECT owner, workspace_id, panel_id, version, state, checksum, size, variables, deleted, now, now, now
      FROM panel, moment
      WHERE panel.expected = 0
      ON CONFLICT (owner, workspace_id, panel_id) DO NOTHING
      RETURNING stored.owner, stored.workspace_id, stored.panel_id, stored.updated_at
    ), written AS MATERIALIZED (
      SELECT * FROM updated UNION ALL SELECT * FROM created
    ), placed AS (
      INSERT INTO workspaces (owner, workspace_id, name)
      SELECT DISTINCT owner, workspace_id, workspace_id
      FROM panel JOIN written USING (owner, workspace_id, panel_id)
      WHERE panel.creates
      ON CONFLICT (owner, workspace_id) DO NOTHING
    ), accepted AS MATERIALIZED (
      SELECT change.*, written.updated_at, ${revisions === 'given' ? '0' : revisionSteps[revisions].behind} AS behind
      FROM jsonb_to_recordset($2::jsonb) AS change(
        owner text, workspace_id text, panel_id text, type text, patch jsonb, version bigint, by text, source text,
        actor text, size integer, checksum text, base bigint, key text, copy jsonb, ordinal integer, bytes integer, about jsonb)
      JOIN written USING (owner, workspace_id, panel_id)
    ), taken AS (${takenRevisions(revisions)}
    ), appended AS (
      INSERT INTO state_history (owner, workspace_id, panel_id, change_type, patch, previous_version, new_version,
        triggered_by, trigger_source, actor, change_size_bytes, checksum, base_version, idempotency_key, full_state,
        occurred_at, revision, ordinal, state_size_bytes, about)
      SELECT owner, workspace_id, panel_id, type, patch, version - 1, version, by, source, actor, size,
        checksum, base, key, copy, updated_at, taken.revision - behind, ordinal, bytes, about
      FROM accepted JOIN taken USING (owner, workspace_id)
      ORDER BY owner, workspace_id, taken.revision - behind, ordinal
    )${more}
    SELECT owner, workspace_id AS "workspaceId", panel_id AS "panelId", max(updated_at) AS "updatedAt",
      max(taken.revision - behind) AS revision
    FROM accepted JOIN taken USING (owner, workspace_id)
    GROUP BY owner, workspace_id, panel_id${fenced ? lostPanels : ''}`;
}
