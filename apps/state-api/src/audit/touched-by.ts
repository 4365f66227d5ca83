import type { AuditAction, AuditLog } from '@nexus-state/state-core';

/** One operation of a transaction, as the audit log sees it. */
interface AuditedOperation {
  /** The panel or key. */
  readonly name: string;
  /** The version that it requires, where it does no more than that. */
  readonly checked?: number | undefined;
}

/** What a transaction does to one panel or key. */
interface Touch {
  readonly action: Extract<AuditAction, 'read' | 'write'>;
  /** The version that was checked. */
  readonly version?: number | undefined;
}

/** What a transaction is about, each panel or key once: what it only checks is read, all else is written. */
export function touchedBy(operations: readonly AuditedOperation[]): ReadonlyMap<string, Touch> {
  const touched = new Map<string, Touch>();
  for (const { name, checked } of operations) {
    if (checked === undefined) touched.set(name, { action: 'write' });
    else if (!touched.has(name)) touched.set(name, { action: 'read', version: checked });
  }
  return touched;
}

/** Whether one of the things that a request is about is on the log: what is only read may be left out. */
export function isTaken(log: AuditLog, action: AuditAction, ofRequest: AuditAction): boolean {
  return action === ofRequest || log.takes(action);
}
