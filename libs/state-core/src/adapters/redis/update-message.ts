import { isJsonObject } from '../../json';
import type { Change } from '../../panel';

/** A change as it goes over a channel; owner and workspace stand in the channel's name. */
export function updateMessage({ key, occurredAt, ...change }: Change): string {
  return JSON.stringify({ panelId: key.panelId, ...change, timestamp: occurredAt });
}

/** The change in a message, or undefined when the message is none of ours. */
export function readUpdate(channel: string, message: string): Change | undefined {
  const [, owner, ...workspaceId] = channel.split(':');
  const fields = parse(message);
  if (!isJsonObject(fields) || owner === undefined) return undefined;
  const { panelId, timestamp, ...change } = fields;
  if (
    typeof panelId !== 'string' ||
    typeof change['version'] !== 'number' ||
    !Array.isArray(change['patch'])
  ) {
    return undefined;
  }
  const key = { owner: decodeURIComponent(owner), workspaceId: workspaceId.join(':'), panelId };
  return { ...(change as unknown as Omit<Change, 'key' | 'occurredAt'>), key, occurredAt: String(timestamp) };
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
