import type { JsonValue } from '../json';
import type { TrackedDocument } from './tracked-document';
import { arrayChanges } from './tracked-array';
import type { Content, BaseNode, TrackedNode, Placement } from './tracked-node';
import { nodeValue } from './tracked-value';

/**
 * One branch of a merge: what its changes did, less what was decided to be ignored because the other branch wins there.
 */
export class Branch {
  /** Values whose removal or move is ignored: they are where they were. */
  readonly ignoredPlaces = new Set<BaseNode>();
  /** Values whose changes inside are ignored. */
  readonly ignoredContents = new Set<BaseNode>();
  /** New values that are ignored. */
  readonly ignoredNodes = new Set<TrackedNode>();
  /** Numbers that increments are added to, instead of those of the base document. */
  readonly starts = new Map<BaseNode, number>();
  readonly #values = new Map<TrackedNode, JsonValue>();

  constructor(readonly tracked: TrackedDocument) {}

  /** What changed inside a value; undefined when nothing did. */
  content(origin: BaseNode): Content | undefined {
    const content = this.tracked.nodes.get(origin)?.content;
    if (!content || this.ignoredContents.has(origin)) return undefined;
    const start = content.kind === 'sum' ? this.starts.get(origin) : undefined;
    if (content.kind === 'sum' && start !== undefined) return { ...content, start };
    return content.kind === 'value' && !content.written ? undefined : content;
  }

  /** Where this very value was put; its ancestors may have gone elsewhere with it. */
  place(origin: BaseNode): Placement {
    return this.ignoredPlaces.has(origin) ? 'kept' : (this.tracked.nodes.get(origin)?.placement ?? 'kept');
  }

  /** Where a value went: gone, too, when something around it was removed or written anew. */
  placement(origin: BaseNode): Placement {
    const own = this.place(origin);
    if (own !== 'kept' || !origin.parent) return own;
    return this.content(origin.parent)?.written || this.placement(origin.parent) === 'removed'
      ? 'removed'
      : 'kept';
  }

  /** Whether what came in somewhere is to be there: a new value, or one that was moved. */
  holds(node: TrackedNode): boolean {
    return node.origin ? this.place(node.origin) === 'moved' : !this.ignoredNodes.has(node);
  }

  /** The values that were moved. */
  moved(): BaseNode[] {
    return [...this.tracked.nodes.keys()].filter((origin) => this.place(origin) === 'moved');
  }

  /** The value as this branch has it, wherever that is. */
  value(origin: BaseNode): JsonValue {
    const node = this.tracked.nodes.get(origin);
    return node ? this.nodeValue(node) : origin.value;
  }

  /** The value of a node; the same object each time. */
  nodeValue(node: TrackedNode): JsonValue {
    let value = this.#values.get(node);
    if (value === undefined) {
      value = nodeValue(node, (child) => this.nodeValue(child));
      this.#values.set(node, value);
    }
    return value;
  }

  /** Whether a value, or something inside it, came about by changes that add up. */
  isCumulative(origin: BaseNode): boolean {
    const node = this.tracked.nodes.get(origin);
    return node !== undefined && this.tracked.isCumulative(node);
  }

  /** Whether anything about the inside of a value changed. */
  changed(origin: BaseNode): boolean {
    return this.#changed(origin, true);
  }

  /** Whether something was written, put or taken away for use elsewhere inside a value; mere removals do not count. */
  changedBeyondRemovals(origin: BaseNode): boolean {
    return this.#changed(origin, false);
  }

  #changed(origin: BaseNode, removalsCount: boolean): boolean {
    const content = this.content(origin);
    if (!content) return false;
    if (content.written || content.kind === 'sum' || content.kind === 'value') return true;
    const left = (key: string | number): boolean =>
      this.place(origin.child(key)) === 'moved' ||
      (removalsCount && this.place(origin.child(key)) === 'removed');
    if (content.kind === 'object') {
      return [...content.members].some(([key, node]) => {
        const child = Object.hasOwn(content.before, key) ? origin.child(key) : undefined;
        if (child && this.place(child) === 'kept') return this.#changed(child, removalsCount);
        return (node !== undefined && this.holds(node)) || (child !== undefined && left(key));
      });
    }
    const { absent, elements, insertions } = arrayChanges(content);
    if ([...insertions.values()].flat().some((node) => this.holds(node))) return true;
    return (
      [...absent].some(left) ||
      [...elements.keys()].some((index) => this.#changed(origin.child(index), removalsCount))
    );
  }
}
