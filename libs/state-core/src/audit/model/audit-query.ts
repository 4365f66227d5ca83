import type { AuditRecord, AuditResource } from './audit-record';

/** Which records are asked for. */
export interface AuditFilter {
  /** Records of this instant and later, RFC 3339. */
  readonly since?: string | undefined;
  /** Records before this instant, RFC 3339. */
  readonly until?: string | undefined;
  readonly actor?: string | undefined;
  /** A workspace (`garden`), a panel (`garden/lamp`) or a key (`/workloads/web`). */
  readonly resource?: string | undefined;
}

/** A page of records that is asked for. */
export interface AuditQuery extends AuditFilter {
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** A page of records, the newest first. */
export interface AuditPage {
  /** May be fewer than asked for, also none, where there is a `nextCursor`. */
  readonly records: readonly AuditRecord[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Whether a record is one of those that are asked for. */
export function matchesAudit({ since, until, actor, resource }: AuditFilter, record: AuditRecord): boolean {
  const at = Date.parse(record.time);
  return (
    (since === undefined || at >= Date.parse(since)) &&
    (until === undefined || at < Date.parse(until)) &&
    (actor === undefined || record.actor === actor) &&
    (resource === undefined || isNamed(record.resource, resource))
  );
}

function isNamed({ workspaceId, panelId, key }: AuditResource, name: string): boolean {
  return key === name || workspaceId === name || `${workspaceId}/${panelId}` === name;
}
