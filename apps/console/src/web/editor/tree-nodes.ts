import type { JsonObject, JsonPatch, JsonValue } from '@nexus-state/react';

/** So many members of one value are shown; the text shows all. */
const mostMembers = 200;
const mostCharacters = 120;

/** A value of a state as a node of a tree, by its JSON Pointer. */
export interface ValueNode {
  readonly value: string;
  readonly label: string;
  readonly hasChildren?: boolean;
  readonly children?: ValueNode[];
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The pointer to a member of a value. */
export const pointerTo = (parent: string, name: string | number): string =>
  `${parent}/${escaped(String(name))}`;

/** The members of a value as nodes; those of members only where they are shown. */
export function nodesOf(
  value: JsonValue | undefined,
  parent: string,
  isExpanded: (pointer: string) => boolean,
): ValueNode[] {
  const members = membersOf(value);
  const nodes = members.slice(0, mostMembers).map(([name, member]): ValueNode => {
    const pointer = pointerTo(parent, name);
    const count = membersOf(member).length;
    return {
      value: pointer,
      label: `${name}: ${summaryOf(member, count)}`,
      ...(count > 0 ? { hasChildren: true } : {}),
      ...(count > 0 && isExpanded(pointer) ? { children: nodesOf(member, pointer, isExpanded) } : {}),
    };
  });
  const left = members.length - nodes.length;
  const more = `and ${left.toLocaleString('en')} more, in the text`;
  return left > 0 ? [...nodes, { value: `${parent} more`, label: more }] : nodes;
}

function membersOf(value: JsonValue | undefined): readonly (readonly [string | number, JsonValue])[] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  return typeof value === 'object' && value !== null ? Object.entries(value as JsonObject) : [];
}

function summaryOf(value: JsonValue, count: number): string {
  if (Array.isArray(value)) return count === 0 ? '[]' : `[ ${count.toLocaleString('en')} ]`;
  if (typeof value === 'object' && value !== null)
    return count === 0 ? '{}' : `{ ${count.toLocaleString('en')} }`;
  const text = JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** The value at a pointer; undefined where there is none. */
export function valueAt(state: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = state;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, name) ? (value as Record<string, JsonValue>)[name] : undefined;
  }
  return value;
}

/** What is done to a value in the tree. */
export type TreeEdit =
  | { readonly kind: 'set'; readonly pointer: string; readonly value: JsonValue }
  /** Without a name: the end of an array. */
  | { readonly kind: 'add'; readonly parent: string; readonly name?: string; readonly value: JsonValue }
  | { readonly kind: 'remove'; readonly pointer: string };

/** An edit as a JSON Patch. */
export function patchOf(edit: TreeEdit): JsonPatch {
  if (edit.kind === 'set') return [{ op: 'replace', path: edit.pointer, value: edit.value }];
  if (edit.kind === 'remove') return [{ op: 'remove', path: edit.pointer }];
  return [{ op: 'add', path: pointerTo(edit.parent, edit.name ?? '-'), value: edit.value }];
}
