import type { JsonValue } from '../json';
import { equalJson } from '../patch';
import type { Side } from './side';
import type { Content, ObjectContent, Origin, TraceNode } from './trace-node';
import { nodeValue } from './trace-value';

/** What a side put in the place of a member, or where there was none; undefined when it put nothing there. */
export function arrival(
  side: Side,
  content: ObjectContent | undefined,
  key: string,
  child?: Origin,
): TraceNode | undefined {
  const node = content?.members.get(key);
  const inPlace = node?.origin !== undefined && node.origin === child && side.place(child) === 'kept';
  return node && !inPlace && side.holds(node) ? node : undefined;
}

/** What stands at a key; undefined when nothing does, or nothing about the object changed. */
export function memberValue(content: ObjectContent | undefined, key: string): JsonValue | undefined {
  if (!content) return undefined;
  if (!content.members.has(key)) return Object.hasOwn(content.basis, key) ? content.basis[key] : undefined;
  const node = content.members.get(key);
  return node && nodeValue(node);
}

/** Whether both sides have equal values at a key. */
export function equalMembers(
  theirs: ObjectContent | undefined,
  yours: ObjectContent | undefined,
  key: string,
): boolean {
  const [left, right] = [memberValue(theirs, key), memberValue(yours, key)];
  return left !== undefined && right !== undefined && equalJson(left, right);
}

/** What a side has at a member's place, whichever value that is. */
export function memberOf(side: Side, parent: Origin, key: string): JsonValue | undefined {
  const content = side.content(parent);
  return content?.kind === 'object' ? memberValue(content, key) : undefined;
}

/** A number with the increments of a side added; unchanged where the side has none. */
export function sumOf(start: number, content: Content): number {
  return content.kind === 'sum' ? content.added.reduce((sum, amount) => sum + amount, start) : start;
}
