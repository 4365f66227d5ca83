import { Pool } from 'pg';
import {
  type LargeWork,
  QueryTooExpensive,
  Unavailable,
  type PanelKey,
  type WorkspaceKey,
  type Criterion,
  type FoundPanels,
  type FoundPanelsQuery,
  type PanelQuery,
  inProcess,
  mapInTurns,
} from '@nexus-state/state-core';
import { type JsonObject, JsonText, ValidationFailed, canonicalJson } from '@nexus-state/documents';
import { cutByBytes } from './cut-by-bytes';
import { poolOptions } from './data-source';
import { errorCodeOf } from './error-code';
import { largeAsText } from './json-types';
import { inspectPath, refusedPath } from './json-path';
import { type PanelRow, panelOf } from './panel-row';
import { type Run, onConnection } from './query';
import { QueryPermits } from './query-permits';
import { isVisible, visiblePatterns } from './visible';

/**
 * Finds the panels that meet a condition. Without a name: the best plan depends on the criterion, so each search is planned
 * for its own.
 * @param fence whether the condition is evaluated on visible panels alone: the planner may else move it in front of the
 *   others, to an index over the states of all owners
 */
function search(condition: string, fence: 'fenced' | 'unfenced') {
  return {
    text: `
      SELECT panel_id AS "panelId", version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted,
        updated_at AS "updatedAt", "foundRows"
      FROM (${cutByBytes({
        rows: `
          SELECT * FROM (
            SELECT panel_id, version, state, checksum, state_size_bytes, deleted, updated_at
            FROM panel_states
            WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3 AND NOT deleted AND ${isVisible('$6')}
            ORDER BY panel_id
            ${fence === 'fenced' ? 'OFFSET 0' : ''}
          ) AS visible
          WHERE ${condition}
          ORDER BY panel_id
          LIMIT $5`,
        order: 'panel_id',
        size: 'state_size_bytes',
      })}) AS page
      ORDER BY panel_id`,
    types: largeAsText,
  };
}

// Containment fails for no state, so where the whole workspace is visible, the index may be asked first.
const containing = search('state @> $4::jsonb', 'unfenced');
const visibleContaining = search('state @> $4::jsonb', 'fenced');
const havingPath = search('state @? $4::jsonpath', 'fenced');
const meetingPath = search('state @@ $4::jsonpath', 'fenced');

/** How queries are run. */
export interface PanelQueryOptions {
  readonly url: string;
  /** How many run at once, each on a connection of its own. */
  readonly concurrency?: number;
  /** How long a statement of a query may take. */
  readonly timeoutMs?: number;
  /** Reads what is large; in this process, at once, where it is not given. */
  readonly large?: LargeWork;
}

// Statement timeout, out of memory, a limit of the server's configuration.
const expensiveStates = ['57014', '53200', '53400'];

/**
 * Finds panels by what they hold. What callers search for may take long, so queries have connections of their own, few and
 * with a time limit: they never take those of reads and writes.
 */
export class PostgresPanelQuery implements PanelQuery {
  readonly #pool: Pool;
  readonly #permits: QueryPermits;
  readonly #timeoutMs: number;
  readonly #large: LargeWork;

  /** Connects when the first query comes. */
  constructor({ url, concurrency = 4, timeoutMs = 2_000, large = inProcess }: PanelQueryOptions) {
    this.#pool = new Pool(poolOptions({ url, poolSize: concurrency, timeoutMs }));
    // A connection that is lost while it is idle; the next query opens another one.
    this.#pool.on('error', () => undefined);
    this.#permits = new QueryPermits(concurrency);
    this.#timeoutMs = timeoutMs;
    this.#large = large;
  }

  find(workspace: WorkspaceKey, criterion: Criterion, page: FoundPanelsQuery): Promise<FoundPanels> {
    return this.#permits.take(workspace.owner, async () => {
      try {
        return await onConnection(this.#pool, (run) => find(run, workspace, criterion, page, this.#large));
      } catch (error) {
        throw this.#refusal(error);
      }
    });
  }

  /** Closes the connections; queries that run go on to their end. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  #refusal(error: unknown): unknown {
    if (error instanceof ValidationFailed) return error;
    if (error instanceof Unavailable) {
      const isExpensive = expensiveStates.includes(errorCodeOf(error.cause) ?? '');
      return isExpensive ? new QueryTooExpensive(this.#timeoutMs, { cause: error.cause }) : error;
    }
    return refusedPath(error) ?? error;
  }
}

async function find(
  run: Run,
  { owner, workspaceId }: WorkspaceKey,
  criterion: Criterion,
  { visible, limit, after = '' }: FoundPanelsQuery,
  large: LargeWork,
): Promise<FoundPanels> {
  const [statement, operand] =
    'contains' in criterion
      ? [visible.patterns ? visibleContaining : containing, textOf(criterion.contains)]
      : [(await inspectPath(run, criterion.jsonPath)) ? meetingPath : havingPath, criterion.jsonPath];
  // One more than asked for shows whether there is another page.
  const values = [owner, workspaceId, after, operand, limit + 1, visiblePatterns(visible)];
  type Row = PanelRow & Pick<PanelKey, 'panelId'> & { foundRows: string };
  const rows = await run<Row>(statement, values);
  const panels = await mapInTurns(rows.slice(0, limit), ({ panelId, foundRows: _, ...row }) =>
    panelOf({ owner, workspaceId, panelId }, row, large),
  );
  return { panels, more: Number(rows[0]?.foundRows ?? 0) > panels.length };
}

function textOf(contained: JsonObject | JsonText): string {
  return contained instanceof JsonText ? contained.text : canonicalJson(contained);
}
