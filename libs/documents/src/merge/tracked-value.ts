import { type JsonValue, copyMembers, setMember } from '../json';
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
  const result = copyMembers(before);
  for (const [key, node] of members) {
    if (node) setMember(result, key, valueOf(node));
    else delete result[key];
  }
  return result;
}
