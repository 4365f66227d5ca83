import type { JsonValue } from '../json';
import { equalJson } from '../patch';
import type { Branch } from './branch';
import type { ObjectContent, BaseNode, TrackedNode } from './tracked-node';
import { nodeValue } from './tracked-value';

/** What a branch put in the place of a member, or where there was none; undefined when it put nothing there. */
export function insertedMember(
  branch: Branch,
  content: ObjectContent | undefined,
  key: string,
  child?: BaseNode,
): TrackedNode | undefined {
  const node = content?.members.get(key);
  const inPlace = node?.origin !== undefined && node.origin === child && branch.place(child) === 'kept';
  return node && !inPlace && branch.holds(node) ? node : undefined;
}

/** The value at a key; undefined when there is none, or nothing about the object changed. */
export function memberValue(content: ObjectContent | undefined, key: string): JsonValue | undefined {
  if (!content) return undefined;
  if (!content.members.has(key)) return Object.hasOwn(content.before, key) ? content.before[key] : undefined;
  const node = content.members.get(key);
  return node && nodeValue(node);
}

/** One branch's object. */
interface MemberBranch {
  readonly branch: Branch;
  readonly content: ObjectContent | undefined;
}

/** Whether both branches wrote the very same value at a key. Equal values that came about by changes that add up are not. */
export function sameMember(theirs: MemberBranch, yours: MemberBranch, key: string): boolean {
  const [left, right] = [memberValue(theirs.content, key), memberValue(yours.content, key)];
  if (left === undefined || right === undefined || !equalJson(left, right)) return false;
  return ![theirs, yours].some(({ branch, content }) => {
    const node = content?.members.get(key);
    return node !== undefined && branch.tracked.isCumulative(node);
  });
}

/** The value that a branch has at a member's place. */
export function memberOf(branch: Branch, parent: BaseNode, key: string): JsonValue | undefined {
  const content = branch.content(parent);
  return content?.kind === 'object' ? memberValue(content, key) : undefined;
}
