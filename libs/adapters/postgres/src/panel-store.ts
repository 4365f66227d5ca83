import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { type LargeWork, inProcess } from '@nexus-state/state-core';
import type {
  Append,
  AppendOutcome,
  BuildAppend,
  BuildTogether,
  Change,
  ExpectedPanel,
  FencedLock,
  IdempotentRequest,
  KeptResponse,
  Panel,
  PanelKey,
  Together,
  WorkspaceKey,
  HistoryPage,
  HeadsQuery,
  HistoryQuery,
  PanelHead,
  PanelHeads,
  PanelListQuery,
  PanelStore,
  PanelSummary,
  WorkspaceClaim,
} from '@nexus-state/state-core';
import { appendChanges, appendTogether } from './append';
import { appendExclusively, appendTogetherExclusively } from './append-exclusively';
import { readChangesSince, readHistory } from './history';
import { type AskedKey, findAllKept } from './key-store';
import { readPanel, readPanels } from './panel-row';
import { eachOwner } from './distribution';
import { query, runOver } from './query';
import { isVisible, visiblePatterns } from './visible';

// Rows that a writer holds are passed by: a read is not worth waiting for, nor a deadlock.
const touchText = (ofOwner = '') => `
    WITH access AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1::json) AS access(
        owner text, "workspaceId" text, "panelId" text, at timestamptz)
    ), free AS MATERIALIZED (
      SELECT stored.owner, stored.workspace_id, stored.panel_id, access.at
      FROM panel_states AS stored
      JOIN access ON stored.owner = access.owner AND stored.workspace_id = access."workspaceId"
        AND stored.panel_id = access."panelId"
      WHERE stored.last_accessed_at < access.at${ofOwner}
      FOR UPDATE OF stored SKIP LOCKED
    )
    UPDATE panel_states AS stored SET last_accessed_at = free.at FROM free
    WHERE stored.owner = free.owner AND stored.workspace_id = free.workspace_id AND stored.panel_id = free.panel_id${ofOwner}`;

const touchStatement = { name: 'touch-panels', text: touchText() };
const touchOfOwnerStatement = { name: 'touch-panels-of-owner', text: touchText(' AND stored.owner = $2') };

const listStatement = {
  name: 'list-panels',
  text: `
    SELECT panel_id AS "panelId", version, updated_at AS "updatedAt", state_size_bytes AS "stateSizeBytes"
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3 AND NOT deleted AND ${isVisible('$5')}
    ORDER BY panel_id
    LIMIT $4`,
};

const headsStatement = {
  name: 'panel-heads',
  text: `
    SELECT panel_id AS "panelId", version, deleted
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3
    ORDER BY panel_id
    LIMIT $4`,
};

const changedHeadsStatement = {
  name: 'changed-panel-heads',
  text: `
    SELECT panel_id AS "panelId", version, deleted
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3 AND panel_id IN (
      SELECT panel_id FROM state_history WHERE owner = $1 AND workspace_id = $2 AND revision > $5)
    ORDER BY panel_id
    LIMIT $4`,
};

interface SummaryRow {
  panelId: string;
  version: string;
  updatedAt: Date;
  stateSizeBytes: number;
}

/** Idempotency keys that are looked up in one statement. */
const maxKeysAtOnce = 128;

/** Panels and their history in PostgreSQL. */
export class PostgresPanelStore implements PanelStore, PanelHeads {
  /** Looks up the keys of one turn of the event loop in one statement. */
  readonly #keys: DataLoader<AskedKey, KeptResponse | undefined>;

  /**
   * @param source an initialized data source with our schema
   * @param large reads what is large; in this process, at once, where it is not given
   */
  constructor(
    private readonly source: DataSource,
    private readonly large: LargeWork = inProcess,
  ) {
    this.#keys = new DataLoader((all) => findAllKept(runOver(source), all, large), {
      cache: false,
      maxBatchSize: maxKeysAtOnce,
      batchScheduleFn: setImmediate,
    });
  }

  read(key: PanelKey): Promise<Panel | undefined> {
    return readPanel(runOver(this.source), key, 'free', this.large);
  }

  readMany(workspace: WorkspaceKey, panelIds: readonly string[]): Promise<ReadonlyMap<string, Panel>> {
    return readPanels(runOver(this.source), workspace, panelIds, 'free', this.large);
  }

  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return appendChanges(this.source, batch);
  }

  appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined> {
    return appendExclusively(this.source, key, build, this.large);
  }

  appendTogether(
    batch: readonly Append[],
    checks: readonly ExpectedPanel[],
    claim?: WorkspaceClaim,
    lock?: FencedLock,
    more?: Pick<Together, 'turnId' | 'companion'>,
  ): Promise<AppendOutcome> {
    return appendTogether(this.source, { batch, checks, claim, lock, ...more });
  }

  appendTogetherExclusively(
    workspace: WorkspaceKey,
    panelIds: readonly string[],
    build: BuildTogether,
  ): Promise<AppendOutcome | undefined> {
    return appendTogetherExclusively(this.source, workspace, panelIds, build, this.large);
  }

  async touch(accesses: readonly { readonly key: PanelKey; readonly at: string }[]): Promise<void> {
    const rows = accesses.map(({ key: { owner, workspaceId, panelId }, at }) => ({
      owner,
      workspaceId,
      panelId,
      at,
    }));
    const run = runOver(this.source);
    if (!run.ownersAtOnce) await run(touchStatement, [JSON.stringify(rows)]);
    else
      await eachOwner(
        run.ownersAtOnce,
        rows,
        ({ owner }) => owner,
        (part, owner) => run(touchOfOwnerStatement, [JSON.stringify(part), owner]),
      );
  }

  findKept(
    workspace: WorkspaceKey,
    request: IdempotentRequest,
    panelIds: readonly string[],
  ): Promise<KeptResponse | undefined> {
    return this.#keys.load({ workspace, request, panelIds });
  }

  changesSince(key: PanelKey, version: number, limit: number): Promise<readonly Change[]> {
    return readChangesSince(runOver(this.source), key, { version, limit }, this.large);
  }

  history(key: PanelKey, page: HistoryQuery): Promise<HistoryPage> {
    return readHistory(this.source, key, page, this.large);
  }

  async list(workspace: WorkspaceKey, page: PanelListQuery): Promise<readonly PanelSummary[]> {
    const { owner, workspaceId } = workspace;
    const values = [owner, workspaceId, page.after ?? '', page.limit, visiblePatterns(page.visible)];
    const rows = await query<SummaryRow>(this.source, listStatement, values);
    return rows.map((row) => ({
      ...row,
      version: Number(row.version),
      updatedAt: row.updatedAt.toISOString(),
    }));
  }

  async heads(
    { owner, workspaceId }: WorkspaceKey,
    { limit, after = '', changedSince = 0 }: HeadsQuery,
  ): Promise<readonly PanelHead[]> {
    const values = [owner, workspaceId, after, limit];
    const rows = await query<Omit<PanelHead, 'version'> & { version: string }>(
      this.source,
      changedSince === 0 ? headsStatement : changedHeadsStatement,
      changedSince === 0 ? values : [...values, changedSince],
    );
    return rows.map((row) => ({ ...row, version: Number(row.version) }));
  }
}
