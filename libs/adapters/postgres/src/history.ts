import type { DataSource } from 'typeorm';
import { type LargeWork, extended, mapInTurns, withLazyPatch } from '@nexus-state/state-core';
import type {
  Change,
  ChangeAbout,
  ChangeType,
  PanelKey,
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
} from '@nexus-state/state-core';
import { type JsonPatch, JsonText } from '@nexus-state/documents';
import { cutByBytes } from './cut-by-bytes';
import { typesOfChanges } from './json-types';
import { type Run, query } from './query';

/** The columns of `state_history` that make a change. */
export const storedColumns = `
  id, change_type, patch, previous_version, new_version, triggered_by, trigger_source, actor, change_size_bytes, checksum,
  base_version, occurred_at, revision, ordinal, about`;

/** The same, as a `HistoryRow` has them. */
export const historyColumns = `
  id, change_type AS "changeType", patch, previous_version AS "previousVersion", new_version AS "version",
  triggered_by AS "triggeredBy", trigger_source AS "triggerSource", actor, change_size_bytes AS "changeSizeBytes",
  checksum, base_version AS "baseVersion", occurred_at AS "occurredAt", revision, ordinal, about`;

/** A row of `historyColumns`, of a statement with `typesOfChanges`. */
export interface HistoryRow {
  id: string;
  changeType: ChangeType;
  /** A text where it is large. */
  patch: JsonPatch | JsonText;
  previousVersion: string;
  version: string;
  triggeredBy: string;
  triggerSource: string | null;
  actor: string;
  changeSizeBytes: number;
  checksum: string;
  baseVersion: string | null;
  /** RFC 3339, UTC, milliseconds. */
  occurredAt: string;
  revision: string;
  ordinal: number;
  about: ChangeAbout | null;
}

/** A page of changes, cut off once they are large. */
function pageOf(page: { readonly rows: string; readonly order: string }): string {
  return `(${cutByBytes({ ...page, size: 'change_size_bytes' })}) AS page`;
}

const sinceStatement = {
  name: 'changes-since',
  text: `
    SELECT ${historyColumns}
    FROM ${pageOf({
      rows: `
        SELECT ${storedColumns} FROM state_history
        WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3 AND new_version > $4
        ORDER BY new_version
        LIMIT $5`,
      order: 'new_version',
    })}
    ORDER BY new_version`,
  types: typesOfChanges,
};

const pageStatement = {
  name: 'history-page',
  text: `
    SELECT ${historyColumns}
    FROM ${pageOf({
      rows: `
        SELECT ${storedColumns} FROM state_history
        WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3 AND new_version <= $4
        ORDER BY new_version DESC
        LIMIT $5 OFFSET $6`,
      order: 'new_version DESC',
    })}
    ORDER BY new_version DESC`,
  types: typesOfChanges,
};

// Versions have no gaps, so the newest one is the number of changes; counting rows would read them all.
const totalStatement = {
  name: 'history-total',
  text: `
    SELECT coalesce(max(new_version), 0) AS total FROM state_history
    WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3 AND new_version <= $4`,
};

const inPeriod = `
    owner = $1 AND workspace_id = $2 AND panel_id = $3 AND new_version <= $4
    AND occurred_at >= coalesce($5::timestamptz, '-infinity') AND occurred_at <= coalesce($6::timestamptz, 'infinity')
    AND ($7::text IS NULL OR actor = $7) AND ($8::text IS NULL OR triggered_by = $8)
    AND ($9::text IS NULL OR about->>'turnId' = $9) AND ($10::text IS NULL OR about->'provenance'->>'model' = $10)`;

const periodStatement = {
  name: 'history-period',
  text: `
    SELECT ${historyColumns}
    FROM ${pageOf({
      rows: `
        SELECT ${storedColumns} FROM state_history WHERE ${inPeriod}
        ORDER BY new_version DESC
        LIMIT $11 OFFSET $12`,
      order: 'new_version DESC',
    })}
    ORDER BY new_version DESC`,
  types: typesOfChanges,
};

const periodTotalStatement = {
  name: 'history-period-total',
  text: `SELECT count(*) AS total FROM state_history WHERE ${inPeriod}`,
};

/** See `PanelStore.changesSince`. */
export async function readChangesSince(
  run: Run,
  key: PanelKey,
  { version, limit }: { readonly version: number; readonly limit: number },
  large: LargeWork,
): Promise<readonly Change[]> {
  const values = [...keyValues(key), version, limit];
  const rows = await run<HistoryRow>(sinceStatement, values);
  return mapInTurns(rows, (row) => changeOf(key, row, large));
}

/** See `PanelStore.history`. */
export async function readHistory(
  source: DataSource,
  key: PanelKey,
  page: HistoryQuery,
  large: LargeWork,
): Promise<HistoryPage> {
  const { limit, offset, since, until, filter = {}, upTo = Number.MAX_SAFE_INTEGER } = page;
  const { actor = null, triggeredBy = null, turnId = null, model = null } = filter;
  const said = [actor, triggeredBy, turnId, model];
  const whole = since === undefined && until === undefined && said.every((one) => one === null);
  const where = [...keyValues(key), upTo, ...(whole ? [] : [instantOf(since), instantOf(until), ...said])];
  const [rows, totals] = await Promise.all([
    query<HistoryRow>(source, whole ? pageStatement : periodStatement, [...where, limit, offset]),
    query<{ total: string }>(source, whole ? totalStatement : periodTotalStatement, where),
  ]);
  const entries = await mapInTurns(rows, (row) => entryOf(key, row, large));
  return { totalChanges: Number(totals[0]?.total ?? 0), entries };
}

function keyValues({ owner, workspaceId, panelId }: PanelKey): string[] {
  return [owner, workspaceId, panelId];
}

/** A change from its row, with its place. */
export function entryOf(
  key: PanelKey,
  row: HistoryRow,
  large: LargeWork,
): HistoryEntry | Promise<HistoryEntry> {
  const change = changeOf(key, row, large);
  const { id, changeSizeBytes } = row;
  if (!(change instanceof Promise)) return { ...change, id };
  return change.then((made) => extended(made, { id }, changeSizeBytes));
}

/** A change from its row. @returns a promise where its patch is large */
export function changeOf(key: PanelKey, row: HistoryRow, large: LargeWork): Change | Promise<Change> {
  const { patch } = row;
  if (!(patch instanceof JsonText)) return { ...withoutPatch(key, row), patch };
  return large
    .patch(patch.text)
    .then((largePatch) => withLazyPatch({ ...withoutPatch(key, row), largePatch }));
}

function withoutPatch(key: PanelKey, row: HistoryRow): Omit<Change, 'patch' | 'largePatch'> {
  const { changeType, triggeredBy, triggerSource, actor, changeSizeBytes, checksum, ordinal, about } = row;
  const change = {
    key,
    changeType,
    previousVersion: Number(row.previousVersion),
    version: Number(row.version),
    triggeredBy,
    triggerSource,
    actor,
    changeSizeBytes,
    checksum,
    baseVersion: row.baseVersion === null ? null : Number(row.baseVersion),
    occurredAt: row.occurredAt,
    revision: Number(row.revision),
    ordinal,
  };
  return about ? { ...change, about } : change;
}

/** As a date, which the driver writes so that the server can read it, of any year and offset. */
function instantOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
