import type { JsonObject, JsonValue } from '@nexus-state/client';

/** Which fields of a record are the id of a panel, and its state. */
export interface Fields {
  readonly id?: string | undefined;
  /** `*` is the whole record without its id. */
  readonly state?: string | undefined;
}

/** Names of the field that holds an id, where no other is given. */
export const idFields = ['panelId', 'panel_id', 'id'] as const;
export const wholeRecord = '*';

/** A panel, or why the record is none. */
export type Read = { readonly panelId: string; readonly state: JsonObject } | { readonly problem: string };

/** Reads a record, such as a line of NDJSON, as a panel. */
export function panelOf(record: JsonValue, { id, state = 'state' }: Fields = {}): Read {
  if (!isObject(record)) return { problem: 'is not a JSON object' };
  const idField = id ?? idFields.find((name) => Object.hasOwn(record, name));
  if (idField === undefined) return { problem: 'has no "panelId"' };
  const given = Object.hasOwn(record, idField) ? record[idField] : undefined;
  const panelId = typeof given === 'number' ? String(given) : given;
  if (typeof panelId !== 'string') return { problem: `has no text in "${idField}"` };
  if (state === wholeRecord) {
    const { [idField]: _, ...rest } = record;
    return { panelId, state: rest };
  }
  const found = Object.hasOwn(record, state) ? record[state] : undefined;
  if (found === undefined) return { problem: `has no "${state}"` };
  return isObject(found) ? { panelId, state: found } : { problem: `has no JSON object in "${state}"` };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
