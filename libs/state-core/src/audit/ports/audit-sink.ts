import type { AuditRecord } from '../model';

/** Where records are kept. */
export interface AuditSink {
  /**
   * Keeps records, in their order. When this resolves, they outlive the process. When it rejects, some of them may have been kept: the
   * caller appends all of them again, so after a failure a record can be there twice, and none is missing.
   */
  append(records: readonly AuditRecord[]): Promise<void>;

  /** Lets go of what it holds; nothing is appended any more. */
  close(): Promise<void>;
}
