import type { DataSource } from 'typeorm';
import { ValidationFailed, canonicalJson } from '@nexus-state/documents';
import type { Panel, WorkspaceKey, Criterion, PanelQuery } from '@nexus-state/state-core';
import { type PanelRow, panelOf } from './panel-row';
import { errorCodeOf } from './error-code';
import { query } from './query';

// Without names: the best plan depends on the criterion, so each search is planned for its own.
const search = (condition: string) => ({
  text: `
    SELECT panel_id AS "panelId", version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted,
      updated_at AS "updatedAt"
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3 AND NOT deleted AND ${condition}
    ORDER BY panel_id
    LIMIT $5`,
});
const containing = search('state @> $4::jsonb');
const havingPath = search('state @? $4::jsonpath');
const meetingPath = search('state @@ $4::jsonpath');

// A predicate yields a truth value of any document; other paths yield nothing, or a part of it.
const inspectPath = {
  text: `SELECT jsonb_typeof(jsonb_path_query_first('{}', $1::jsonpath, silent => true)) AS yields`,
};

const syntaxErrors = ['42601', '22P02', '2203', '42883', '0A000'];

/** Finds panels by what they hold, through the GIN index on their states. */
export class PostgresPanelQuery implements PanelQuery {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async find(
    { owner, workspaceId }: WorkspaceKey,
    criterion: Criterion,
    { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Panel[]> {
    const [statement, operand] =
      'contains' in criterion
        ? [containing, canonicalJson(criterion.contains)]
        : [await this.#pathSearch(criterion.jsonPath), criterion.jsonPath];
    const values = [owner, workspaceId, after, operand, limit];
    const rows = await query<PanelRow & { panelId: string }>(this.source, statement, values);
    return rows.map(({ panelId, ...row }) => panelOf({ owner, workspaceId, panelId }, row));
  }

  async #pathSearch(path: string): Promise<typeof havingPath> {
    try {
      const [row] = await query<{ yields: string | null }>(this.source, inspectPath, [path]);
      return row?.yields === 'boolean' || row?.yields === 'null' ? meetingPath : havingPath;
    } catch (error) {
      const code = errorCodeOf(error) ?? '';
      if (!syntaxErrors.some((known) => code.startsWith(known))) throw error;
      const message = error instanceof Error ? error.message : 'cannot be read';
      throw new ValidationFailed([{ pointer: '/jsonPath', message: `is not a SQL/JSON path: ${message}` }]);
    }
  }
}
