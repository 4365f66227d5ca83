import type { HistoryItem } from '@nexus-state/contracts';
import type { HistoryEntry } from '@nexus-state/state-core';

/** A change as the API shows it. */
export function historyItem(entry: HistoryEntry): HistoryItem {
  const { id, changeType, patch, version, previousVersion, triggeredBy, triggerSource, actor } = entry;
  const { changeSizeBytes, occurredAt } = entry;
  return {
    id,
    changeType,
    patch,
    version,
    previousVersion,
    triggeredBy,
    triggerSource,
    actor,
    changeSizeBytes,
    occurredAt,
  };
}
