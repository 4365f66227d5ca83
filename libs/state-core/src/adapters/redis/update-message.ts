import { isJsonObject } from '../../json';
import type { Change, ChangeType } from '../../panel';

/** A change as it goes over a channel; owner and workspace stand in the channel's name. */
export function updateMessage({ key, occurredAt, ...change }: Change): string {
  return JSON.stringify({ panelId: key.panelId, ...change, timestamp: occurredAt });
}

/**
 * The change in a message, or undefined when the message is none of ours. Whatever subscribers are told of is checked:
 * a message that was half understood would take the place of the change that its version belongs to.
 */
export function readUpdate(channel: string, message: string): Change | undefined {
  const [, owner, ...workspaceId] = channel.split(':');
  const fields = parse(message);
  if (!isJsonObject(fields) || owner === undefined) return undefined;
  const { panelId, timestamp, ...change } = fields;
  if (typeof panelId !== 'string' || typeof timestamp !== 'string' || !isComplete(change)) return undefined;
  const key = { owner: decodeURIComponent(owner), workspaceId: workspaceId.join(':'), panelId };
  return { ...(change as unknown as Omit<Change, 'key' | 'occurredAt'>), key, occurredAt: timestamp };
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

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
