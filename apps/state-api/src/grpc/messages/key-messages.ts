import type { JsonValue } from '@nexus-state/documents';
import { canonicalJson } from '@nexus-state/documents';
import type { ListedKey, WatchEvent } from '@nexus-state/store';
import { type WireValue, fromWire } from '@nexus-state/store/http';
import { changeTypes } from './change-message';

/** A key as messages show it. */
export function keyEntryMessage({
  key,
  value,
  version,
  revision,
  createdAt,
  updatedAt,
  expiresAt,
  sensitive,
}: ListedKey): object {
  return {
    key,
    ...valueMessage(value),
    version,
    revision,
    createdAt,
    updatedAt,
    expiresAt,
    sensitive: sensitive ?? false,
  };
}

/** A change of a key as messages show it. @param event with its value as it is on the wire of HTTP */
export function keyChangeMessage(event: Omit<WatchEvent, 'value'> & WireValue): object {
  const { type, key, version, revision, at, expired = false, sensitive = false } = event;
  return {
    changeType: changeTypes[type],
    key,
    ...valueMessage(event.value === undefined ? undefined : fromWire(event)),
    version,
    revision,
    occurredAt: at,
    expired,
    sensitive,
  };
}

/** The one field of a value; none where it is not shown. */
function valueMessage(value: ListedKey['value']): object {
  if (value === undefined) return {};
  if (value instanceof Uint8Array) return { valueBytes: value };
  return { valueJson: Buffer.from(canonicalJson(value as JsonValue)) };
}
