import { createHash } from 'node:crypto';

/** Tells one state from another: equal for equal JSON, whatever the order of its keys. */
export function checksumOf(state: unknown): string {
  return createHash('sha256').update(JSON.stringify(state, sorted)).digest('base64url').slice(0, 22);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, record[key]]),
  );
}
