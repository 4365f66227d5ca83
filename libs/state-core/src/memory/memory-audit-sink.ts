import { ValidationFailed } from '@nexus-state/documents';
import { type AuditPage, type AuditQuery, type AuditRecord, matchesAudit } from '../audit/model';
import type { AuditReader, AuditSink } from '../audit/ports';

/** The audit log in memory: for tests. */
export class MemoryAuditSink implements AuditSink, AuditReader {
  readonly records: AuditRecord[] = [];

  async append(records: readonly AuditRecord[]): Promise<void> {
    this.records.push(...records);
  }

  async close(): Promise<void> {}

  async read({ limit, cursor, ...filter }: AuditQuery): Promise<AuditPage> {
    let at = cursor === undefined ? this.records.length : positionIn(cursor, this.records.length);
    const found: AuditRecord[] = [];
    while (at > 0 && found.length < limit) {
      const record = this.records[--at] as AuditRecord;
      if (matchesAudit(filter, record)) found.push(record);
    }
    return { records: found, nextCursor: at > 0 ? String(at) : null };
  }
}

function positionIn(cursor: string, length: number): number {
  const position = /^\d{1,15}$/.test(cursor) ? Number(cursor) : NaN;
  if (!(position <= length))
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this list' }]);
  return position;
}
