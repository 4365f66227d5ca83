import { type JsonValue, copyMembers } from '../json';
import type { ObjectContent, TrackedNode } from './tracked-node';

/**
 * The value of a node now. What did not change is shared with the base document.
 * @param valueOf gives the values of the nodes inside
 */
export function nodeValue(
  { content }: TrackedNode,
  valueOf: (node: TrackedNode) => JsonValue = (node) => nodeValue(node),
): JsonValue {
  switch (content.kind) {
    case 'value':
      return content.value;
    case 'sum':
      return content.added.reduce((sum, amount) => sum + amount, content.start);
    case 'object':
      return objectOf(content, valueOf);
    case 'array':
      return content.pieces.flatMap((piece) =>
        piece.kind === 'run' ? content.before.slice(piece.start, piece.end) : [valueOf(piece.node)],
      );
  }
}

function objectOf({ before, members }: ObjectContent, valueOf: (node: TrackedNode) => JsonValue): JsonValue {
  const changed: [string, JsonValue][] = [];
  const result = copyMembers(before);
  for (const [key, node] of members) {
    if (node) changed.push([key, valueOf(node)]);
    else delete result[key];
  }
  setMembers(result, changed);
  return result;
}

/** Defines members; plain assignment would take "__proto__" for a setter. */
export function setMembers(
  target: Record<string, JsonValue>,
  members: readonly (readonly [string, JsonValue])[],
): void {
  for (const [key, value] of members) {
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    } else target[key] = value;
  }
}
