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
  const about = entry.about as Attribution | undefined;
  // In the order of the canonical text, which is then written without a copy.
  const item = {
    actor: entry.actor,
    changeSizeBytes: entry.changeSizeBytes,
    changeType: entry.changeType,
    id: entry.id,
    occurredAt: entry.occurredAt,
    patch: patchOf(entry),
    previousVersion: entry.previousVersion,
    revision: entry.revision,
    triggerSource: entry.triggerSource,
    triggeredBy: entry.triggeredBy,
    version: entry.version,
  };
  return about ? { ...item, ...about } : item;
}
