import { isJsonObject } from '@nexus-state/documents';
import type { Change, ChangeType, PanelKey, WorkspaceKey } from '@nexus-state/state-core';

/**
 * A change as it goes over a channel; owner and workspace are in the channel's name.
 * A large one only says which version its panel has reached, and which revision its workspace.
 * @param alone whether it made its revision alone
 * @param traceparent the trace that the change was made in (W3C Trace Context), where it was made in one
 */
export function updateMessage(update: Change, alone: boolean, traceparent?: string): string {
  // A receiver would parse the patch while others wait; from history it gets it as text.
  if (update.largePatch)
    return JSON.stringify({
      panelId: update.key.panelId,
      reached: update.version,
      revision: update.revision,
      traceparent,
    });
  // What is undefined is not in the text; to leave it out of the copy takes the engine longer.
  const without = { key: undefined, occurredAt: undefined };
  const alongside = { timestamp: update.occurredAt, alone: alone || undefined, traceparent };
  return JSON.stringify({ ...update, ...without, panelId: update.key.panelId, ...alongside });
}

/**
 * The change in a message that was parsed, or undefined when the message is none of ours. All that goes to subscribers is checked:
 * a message that was half understood would take the place of the change that its version belongs to.
 */
export function readUpdate(
  workspace: WorkspaceKey,
  fields: unknown,
): { readonly change: Change; readonly alone: boolean } | undefined {
  if (!isJsonObject(fields)) return undefined;
  const { panelId, timestamp, alone, traceparent: _, ...rest } = fields;
  if (typeof panelId !== 'string' || typeof timestamp !== 'string' || !isComplete(rest)) return undefined;
  const key = { ...workspace, panelId };
  const change = { ...(rest as unknown as Omit<Change, 'key' | 'occurredAt'>), key, occurredAt: timestamp };
  return { change, alone: alone === true };
}

/**
 * The panel and the version that it has reached, in a message of a large change, or of a release that names no revision;
 * undefined in any other.
 */
export function readReached(
  workspace: WorkspaceKey,
  fields: unknown,
): { readonly key: PanelKey; readonly version: number; readonly revision: number | undefined } | undefined {
  if (!isJsonObject(fields)) return undefined;
  const { panelId, revision } = fields;
  const version = fields['reached'] ?? (revision === undefined ? fields['version'] : undefined);
  if (typeof panelId !== 'string' || typeof version !== 'number' || !Number.isSafeInteger(version))
    return undefined;
  if (version <= 0) return undefined;
  const key = { ...workspace, panelId };
  return { key, version, revision: isCount(revision) ? (revision as number) : undefined };
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
  const { revision, ordinal } = change;
  return (
    typeof version === 'number' &&
    Number.isSafeInteger(version) &&
    version > 0 &&
    previousVersion === version - 1 &&
    isCount(revision) &&
    isCount(ordinal) &&
    Array.isArray(patch) &&
    patch.every(isJsonObject) &&
    typeof changeType === 'string' &&
    Object.hasOwn(changeTypes, changeType) &&
    typeof triggeredBy === 'string' &&
    (triggerSource === null || typeof triggerSource === 'string') &&
    typeof actor === 'string'
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
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
