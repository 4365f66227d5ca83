import { canonicalJson } from '@nexus-state/documents';
import type { Change, ChangeType, HistoryEntry } from '@nexus-state/state-core';

/** The types of changes in messages. */
export const changeTypes = {
  created: 'CHANGE_TYPE_CREATED',
  updated: 'CHANGE_TYPE_UPDATED',
  reverted: 'CHANGE_TYPE_REVERTED',
  deleted: 'CHANGE_TYPE_DELETED',
} as const satisfies Record<ChangeType, string>;

/** A change as messages show it. A watch of a panel reads it without its id. */
export function changeMessage(change: Change & Partial<Pick<HistoryEntry, 'id'>>): object {
  const { id, key, changeType, version, previousVersion, triggeredBy, triggerSource, actor } = change;
  const { changeSizeBytes, occurredAt, revision, about } = change;
  return {
    id,
    panelId: key.panelId,
    changeType: changeTypes[changeType],
    patchJson: patchJson(change),
    version,
    previousVersion,
    revision,
    triggeredBy,
    ...(triggerSource === null ? {} : { triggerSource }),
    actor,
    changeSizeBytes,
    occurredAt,
    ...about,
  };
}

/** The patch of a change as canonical text, in bytes. */
export function patchJson({ patch, largePatch }: Pick<Change, 'patch' | 'largePatch'>): Buffer {
  return Buffer.from(largePatch ? largePatch.text : canonicalJson(patch as never));
}
