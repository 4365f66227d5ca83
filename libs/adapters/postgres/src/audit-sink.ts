import { ValidationFailed } from '@nexus-state/documents';
import type {
  AuditAction,
  AuditDoor,
  AuditPage,
  AuditQuery,
  AuditReader,
  AuditRecord,
  AuditSink,
} from '@nexus-state/state-core';
import type { DataSource } from 'typeorm';
import { query } from './query';

/** In: one array for each column. */
const appendStatement = {
  name: 'append-audit-records',
  text: `
    INSERT INTO audit_records
      (time, actor, owner, door, action, workspace_id, panel_id, key, version, outcome, request_id)
    SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::bigint[], $10::text[], $11::text[])`,
};

/**
 * Records, the newest first.
 * In:  $1 since, $2 until, $3 actor, $4 resource, $5 and $6 the time and id of the last record of the page before, $7 how many. All but
 *      the last may be null.
 */
const readStatement = {
  text: `
    SELECT id, to_char(time, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time, time::text AS instant, actor, owner, door, action,
      workspace_id AS "workspaceId", panel_id AS "panelId", key, version, outcome, request_id AS "requestId"
    FROM audit_records
    WHERE ($1::timestamptz IS NULL OR time >= $1) AND ($2::timestamptz IS NULL OR time < $2)
      AND ($3::text IS NULL OR actor = $3)
      AND ($4::text IS NULL OR key = $4 OR workspace_id = $4 OR workspace_id || '/' || panel_id = $4)
      AND ($5::timestamptz IS NULL OR (time, id) < ($5, $6::bigint))
    ORDER BY time DESC, id DESC
    LIMIT $7`,
};

interface AuditRow {
  id: string;
  time: string;
  instant: string;
  actor: string;
  owner: string;
  door: AuditDoor;
  action: AuditAction;
  workspaceId: string | null;
  panelId: string | null;
  key: string | null;
  version: string | null;
  outcome: string;
  requestId: string;
}

/** The audit log in the table `audit_records`. An append is one statement, so a batch is kept whole or not at all. */
export class PostgresAuditSink implements AuditSink, AuditReader {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async append(records: readonly AuditRecord[]): Promise<void> {
    const column = (of: (record: AuditRecord) => unknown) => records.map((record) => of(record) ?? null);
    await query(this.source, appendStatement, [
      column(({ time }) => time),
      column(({ actor }) => actor),
      column(({ owner }) => owner),
      column(({ door }) => door),
      column(({ action }) => action),
      column(({ resource }) => resource.workspaceId),
      column(({ resource }) => resource.panelId),
      column(({ resource }) => resource.key),
      column(({ version }) => version),
      column(({ outcome }) => outcome),
      column(({ requestId }) => requestId),
    ]);
  }

  /** The data source is closed by those who opened it. */
  async close(): Promise<void> {}

  async read({ since, until, actor, resource, cursor, limit }: AuditQuery): Promise<AuditPage> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const values = [since, until, actor, resource, after?.instant, after?.id].map((value) => value ?? null);
    const rows = await query<AuditRow>(this.source, readStatement, [...values, limit + 1]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      records: page.map(recordOf),
      nextCursor: rows.length > limit && last ? cursorOf(last) : null,
    };
  }
}

function recordOf(row: AuditRow): AuditRecord {
  const { time, actor, owner, door, action, workspaceId, panelId, key, version, outcome, requestId } = row;
  return {
    ...{ time, actor, owner, door, action },
    resource: {
      ...(workspaceId === null ? {} : { workspaceId }),
      ...(panelId === null ? {} : { panelId }),
      ...(key === null ? {} : { key }),
    },
    ...(version === null ? {} : { version: Number(version) }),
    ...{ outcome, requestId },
  };
}

function cursorOf({ instant, id }: AuditRow): string {
  return Buffer.from(`${instant} ${id}`).toString('base64url');
}

function readCursor(cursor: string): { instant: string; id: string } {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const match = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00) (\d{1,18})$/.exec(text);
  const [, instant, id] = match ?? [];
  if (instant === undefined || id === undefined || Number.isNaN(Date.parse(instant)))
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this list' }]);
  return { instant, id };
}
