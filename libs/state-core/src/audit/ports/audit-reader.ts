import type { AuditPage, AuditQuery } from '../model';

/** Reads records back, of sinks that keep them where the service can read them. */
export interface AuditReader {
  /**
   * A page of the records that match, the newest first. Newer records that are added while pages are read are on none of
   * the later ones.
   * @throws ValidationFailed for a cursor that is none, or no longer one; Unavailable
   */
  read(query: AuditQuery): Promise<AuditPage>;
}
