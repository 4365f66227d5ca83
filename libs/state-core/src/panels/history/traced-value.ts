import { type JsonValue, appendToken, isJsonObject } from '@nexus-state/documents';

/** A value as it was before the changes that are traced. */
interface Kept {
  readonly kind: 'kept';
  readonly value: JsonValue;
  /** Where it was. */
  readonly pointer: string;
}

/** A value that a traced change has written. */
interface Written {
  readonly kind: 'set';
  readonly value: JsonValue;
  readonly version: number;
  /** What it has taken the place of: what is equal there was not set anew. */
  readonly before: Traced | undefined;
}

/** An array or object that changes have reached into. */
export interface Opened {
  readonly kind: 'opened';
  /** What it was before. */
  readonly self: Kept | Written;
  /** The members or elements; elements and members that no change has reached are made when they are asked for. */
  readonly parts: Traced[] | Map<string, Traced>;
  /** The change that has taken the last part away. */
  emptiedBy?: number;
}

/** A value, and how it came to be what it is. */
export type Traced = Kept | Written | Opened;

/** Where the value at a pointer comes from: set by a traced change, or there before, at another pointer maybe. */
export type ValueOrigin = { readonly version: number } | { readonly pointer: string };

/** A value with its parts, so that changes can reach into it; scalars stay as they are. */
export function opened(node: Traced): Traced {
  const { value } = node.kind === 'opened' ? node.self : node;
  if (node.kind === 'opened' || typeof value !== 'object' || value === null) return node;
  const part = (token: string): Traced => partOf(node, token) as Traced;
  const parts = Array.isArray(value)
    ? value.map((_, index) => part(String(index)))
    : new Map(Object.keys(value).map((key) => [key, part(key)]));
  return { kind: 'opened', self: node, parts };
}

/** The part of a value that a reference token names; undefined where there is none. */
export function partOf(node: Traced | undefined, token: string): Traced | undefined {
  if (!node) return undefined;
  if (node.kind === 'opened')
    return Array.isArray(node.parts) ? node.parts[Number(token)] : node.parts.get(token);
  const value = memberOf(node.value, token);
  if (value === undefined) return undefined;
  if (node.kind === 'kept') return { kind: 'kept', value, pointer: appendToken(node.pointer, token) };
  const { version, before } = node;
  const isAlike = before && Array.isArray(plain(before)) === Array.isArray(node.value);
  return { kind: 'set', value, version, before: isAlike ? partOf(before, token) : undefined };
}

/** A value as JSON. */
export function plainValue(node: Traced): JsonValue {
  if (node.kind !== 'opened') return node.value;
  if (Array.isArray(node.parts)) return node.parts.map(plainValue);
  return Object.fromEntries([...node.parts].map(([key, part]) => [key, plainValue(part)]));
}

/** Where a scalar, or an empty array or object, comes from. */
export function originOf(leaf: Traced): ValueOrigin {
  let node = leaf;
  for (;;) {
    if (node.kind === 'opened') {
      if (node.emptiedBy !== undefined) return { version: node.emptiedBy };
      node = node.self;
    } else if (node.kind === 'kept') return { pointer: node.pointer };
    else if (node.before && isSameLeaf(node.value, node.before)) node = node.before;
    else return { version: node.version };
  }
}

/** Whether a value has no values inside. */
export function isLeaf(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return true;
  for (const _ in value) return false;
  return true;
}

function isSameLeaf(value: JsonValue, before: Traced): boolean {
  const other = plain(before);
  if (typeof value !== 'object' || value === null) return value === other;
  if (typeof other !== 'object' || other === null || Array.isArray(other) !== Array.isArray(value))
    return false;
  return before.kind === 'opened' ? sizeOf(before) === 0 : isLeaf(other);
}

/** How many parts there are. */
export function sizeOf({ parts }: Opened): number {
  return Array.isArray(parts) ? parts.length : parts.size;
}

function plain(node: Traced): JsonValue {
  return node.kind === 'opened' ? node.self.value : node.value;
}

function memberOf(value: JsonValue, token: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(token)] as JsonValue | undefined;
  return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}
