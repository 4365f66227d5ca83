import type { JsonValue } from '../json';
import type { Trace } from './trace';
import { arrayChanges } from './trace-array';
import type { Content, Origin, TraceNode, Whereabouts } from './trace-node';
import { nodeValue } from './trace-value';

/**
 * One side of a merge: what its changes did, less what was decided to be ignored because the other side wins there.
 */
export class Side {
  /** Values whose removal or move is ignored: they are where they were. */
  readonly ignoredPlaces = new Set<Origin>();
  /** Values whose changes inside are ignored. */
  readonly ignoredContents = new Set<Origin>();
  /** New values that are ignored. */
  readonly ignoredNodes = new Set<TraceNode>();
  /** Numbers that increments are added to, instead of those of the base document. */
  readonly starts = new Map<Origin, number>();
  readonly #values = new Map<TraceNode, JsonValue>();

  constructor(readonly trace: Trace) {}

  /** What changed inside a value; undefined when nothing did. */
  content(origin: Origin): Content | undefined {
    const content = this.trace.nodes.get(origin)?.content;
    if (!content || this.ignoredContents.has(origin)) return undefined;
    const start = content.kind === 'sum' ? this.starts.get(origin) : undefined;
    if (content.kind === 'sum' && start !== undefined) return { ...content, start };
    return content.kind === 'value' && !content.written ? undefined : content;
  }

  /** Where this very value was put; its ancestors may have gone elsewhere with it. */
  place(origin: Origin): Whereabouts {
    return this.ignoredPlaces.has(origin) ? 'kept' : (this.trace.nodes.get(origin)?.whereabouts ?? 'kept');
  }

  /** Where a value went: gone, too, when something around it was removed or written anew. */
  whereabouts(origin: Origin): Whereabouts {
    const own = this.place(origin);
    if (own !== 'kept' || !origin.parent) return own;
    return this.content(origin.parent)?.written || this.whereabouts(origin.parent) === 'gone'
      ? 'gone'
      : 'kept';
  }

  /** Whether what came in somewhere is to be there: a new value, or one that was moved. */
  holds(node: TraceNode): boolean {
    return node.origin ? this.place(node.origin) === 'moved' : !this.ignoredNodes.has(node);
  }

  /** The values that were moved. */
  moved(): Origin[] {
    return [...this.trace.nodes.keys()].filter((origin) => this.place(origin) === 'moved');
  }

  /** The value as this side has it, wherever that is. */
  value(origin: Origin): JsonValue {
    const node = this.trace.nodes.get(origin);
    return node ? this.nodeValue(node) : origin.value;
  }

  /** The value of a node; the same object each time. */
  nodeValue(node: TraceNode): JsonValue {
    let value = this.#values.get(node);
    if (value === undefined) {
      value = nodeValue(node, (child) => this.nodeValue(child));
      this.#values.set(node, value);
    }
    return value;
  }

  /** Whether a value, or something inside it, came about by changes that add up. */
  isCumulative(origin: Origin): boolean {
    const node = this.trace.nodes.get(origin);
    return node !== undefined && this.trace.isCumulative(node);
  }

  /** Whether anything about the inside of a value changed. */
  changed(origin: Origin): boolean {
    return this.#changed(origin, true);
  }

  /** Whether something was written, put or taken away for use elsewhere inside a value; mere removals do not count. */
  changedBeyondRemovals(origin: Origin): boolean {
    return this.#changed(origin, false);
  }

  #changed(origin: Origin, removalsCount: boolean): boolean {
    const content = this.content(origin);
    if (!content) return false;
    if (content.written || content.kind === 'sum' || content.kind === 'value') return true;
    const left = (key: string | number): boolean =>
      this.place(origin.child(key)) === 'moved' ||
      (removalsCount && this.place(origin.child(key)) === 'gone');
    if (content.kind === 'object') {
      return [...content.members].some(([key, node]) => {
        const child = Object.hasOwn(content.basis, key) ? origin.child(key) : undefined;
        if (child && this.place(child) === 'kept') return this.#changed(child, removalsCount);
        return (node !== undefined && this.holds(node)) || (child !== undefined && left(key));
      });
    }
    const { absent, elements, arrivals } = arrayChanges(content);
    if ([...arrivals.values()].flat().some((node) => this.holds(node))) return true;
    return (
      [...absent].some(left) ||
      [...elements.keys()].some((index) => this.#changed(origin.child(index), removalsCount))
    );
  }
}
