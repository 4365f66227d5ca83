import type { JsonValue } from '../json';
import { equalJson } from '../patch';
import type { Side } from './side';
import type { ObjectContent, Origin, TraceNode } from './trace-node';
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

/** One side's object. */
interface Branch {
  readonly side: Side;
  readonly content: ObjectContent | undefined;
}

/** Whether both sides wrote the very same value at a key. Equal values that came about by changes that add up are not. */
export function sameMember(theirs: Branch, yours: Branch, key: string): boolean {
  const [left, right] = [memberValue(theirs.content, key), memberValue(yours.content, key)];
  if (left === undefined || right === undefined || !equalJson(left, right)) return false;
  return ![theirs, yours].some(({ side, content }) => {
    const node = content?.members.get(key);
    return node !== undefined && side.trace.isCumulative(node);
  });
}

/** What a side has at a member's place, whichever value that is. */
export function memberOf(side: Side, parent: Origin, key: string): JsonValue | undefined {
  const content = side.content(parent);
  return content?.kind === 'object' ? memberValue(content, key) : undefined;
}
