import { isJsonObject } from '@nexus-state/documents';
import type { Change, ChangeType, PanelKey, WorkspaceKey } from '@nexus-state/state-core';

/**
 * A change as it goes over a channel; owner and workspace are in the channel's name.
 * A large one only says which version its panel has reached.
 * @param traceparent the trace that the change was made in (W3C Trace Context), where it was made in one
 */
export function updateMessage(update: Change, traceparent?: string): string {
  // A receiver would parse the patch while others wait; from history it gets it as text.
  if (update.largePatch)
    return JSON.stringify({ panelId: update.key.panelId, reached: update.version, traceparent });
  const { key, occurredAt, ...change } = update;
  return JSON.stringify({ panelId: key.panelId, ...change, timestamp: occurredAt, traceparent });
}

/**
 * The change in a message that was parsed, or undefined when the message is none of ours. All that goes to subscribers is checked:
 * a message that was half understood would take the place of the change that its version belongs to.
 */
export function readUpdate(workspace: WorkspaceKey, fields: unknown): Change | undefined {
  if (!isJsonObject(fields)) return undefined;
  const { panelId, timestamp, traceparent: _, ...change } = fields;
  if (typeof panelId !== 'string' || typeof timestamp !== 'string' || !isComplete(change)) return undefined;
  const key = { ...workspace, panelId };
  return { ...(change as unknown as Omit<Change, 'key' | 'occurredAt'>), key, occurredAt: timestamp };
}

/** The panel and the version that it has reached, in a message of a large change; undefined in any other. */
export function readReached(
  workspace: WorkspaceKey,
  fields: unknown,
): { readonly key: PanelKey; readonly version: number } | undefined {
  if (!isJsonObject(fields)) return undefined;
  const { panelId, reached: version } = fields;
  if (typeof panelId !== 'string' || typeof version !== 'number' || !Number.isSafeInteger(version))
    return undefined;
  return version > 0 ? { key: { ...workspace, panelId }, version } : undefined;
}

/** The trace that a message came with, or undefined. */
export function readTraceparent(fields: unknown): string | undefined {
  const traceparent = isJsonObject(fields) ? fields['traceparent'] : undefined;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

const changeTypes: Readonly<Record<ChangeType, true>> = {
  created: true,
  updated: true,
  reverted: true,
  deleted: true,
};

function isComplete(change: Readonly<Record<string, unknown>>): boolean {
  const { version, previousVersion, patch, changeType, triggeredBy, triggerSource, actor } = change;
  return (
    typeof version === 'number' &&
    Number.isSafeInteger(version) &&
    version > 0 &&
    previousVersion === version - 1 &&
    Array.isArray(patch) &&
    patch.every(isJsonObject) &&
    typeof changeType === 'string' &&
    Object.hasOwn(changeTypes, changeType) &&
    typeof triggeredBy === 'string' &&
    (triggerSource === null || typeof triggerSource === 'string') &&
    typeof actor === 'string'
  );
}

/** The workspace whose channel it is. */
export function workspaceOfChannel(channel: string): WorkspaceKey | undefined {
  const [, owner, ...workspaceId] = channel.split(':');
  return owner === undefined
    ? undefined
    : { owner: decodeURIComponent(owner), workspaceId: workspaceId.join(':') };
}

/** What a message says; undefined when it is no JSON. */
export function parseMessage(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
