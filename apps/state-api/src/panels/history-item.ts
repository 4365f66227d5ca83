import type { Attribution, HistoryItem } from '@nexus-state/contracts';
import { JsonText } from '@nexus-state/documents';
import type { Change, HistoryEntry } from '@nexus-state/state-core';

/** The patch of a change as answers show it: as text, where it is large. */
export function patchOf(change: Pick<Change, 'patch' | 'largePatch'>): HistoryItem['patch'] {
  if (!change.largePatch) return change.patch;
  return new JsonText(change.largePatch.text) as unknown as HistoryItem['patch'];
}

/** A change as the API shows it. Its patch is a text where it is large (`textAround`). */
export function historyItem(entry: HistoryEntry): HistoryItem {
  const { id, changeType, version, previousVersion, triggeredBy, triggerSource, actor } = entry;
  const { changeSizeBytes, occurredAt, revision, about } = entry;
  return {
    id,
    changeType,
    patch: patchOf(entry),
    version,
    previousVersion,
    revision,
    triggeredBy,
    triggerSource,
    actor,
    changeSizeBytes,
    occurredAt,
    ...(about as Attribution | undefined),
  };
}
