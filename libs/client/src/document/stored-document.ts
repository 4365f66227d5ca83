import type { JsonObject } from '@nexus-state/documents';
import { PendingChange, type StoredChange } from './pending-change';

/** A document as it is stored: what was confirmed, and the changes that were not. Plain JSON. */
export interface StoredDocument {
  readonly version: number;
  /** Not there where the document was deleted. */
  readonly state?: JsonObject;
  readonly pending: readonly StoredChange[];
}

/** The pending changes of a stored document, each on what the one before leaves. */
export function restorePending(confirmed: JsonObject, stored: readonly StoredChange[]): PendingChange[] {
  let current = confirmed;
  return stored.map((one) => {
    const change = PendingChange.restored(one, current);
    current = change.after;
    return change;
  });
}
