import { type JsonArray, type JsonObject, type JsonValue, isJsonObject, parsePointer } from '../json';
import { type IncrementOperation, type PatchOperation, type PatchRequest, compareValues } from '../patch';
import { arrayContent, arrayLength, elementNode, insertElement, removeElement } from './tracked-array';
import {
  type ArrayContent,
  type Content,
  type ObjectContent,
  BaseNode,
  type TrackedNode,
  type Placement,
  freshNode,
  unchangedNode,
} from './tracked-node';
import { nodeValue } from './tracked-value';

/** A `test` on a value of the base document. */
export interface TracedTest {
  readonly origin: BaseNode;
  readonly expected: JsonValue;
}

type Parent = TrackedNode & { content: ObjectContent | ArrayContent };

/**
 * A document on which patches are applied by identity: it knows of every value of the base document where it went and
 * what became of it, and of every array where things came in. It costs what the patches touch, not what the document
 * holds. Patches must apply; `applyPatch` has checked that before.
 */
export class TrackedDocument {
  /** The values of the base document that were looked at. */
  readonly nodes = new Map<BaseNode, TrackedNode>();
  readonly root: TrackedNode;
  readonly tests: TracedTest[] = [];
  readonly #cumulative = new Set<TrackedNode>();

  /** @param base the root of the base document; traces that are to be merged share it */
  constructor(base: BaseNode, patches: readonly PatchRequest[]) {
    this.root = this.#nodeOf(base);
    for (const patch of patches) for (const operation of patch) this.#apply(operation);
    this.#markUnreachable();
  }

  /** Where a value of the base document went, its ancestors included. */
  placement(origin: BaseNode): Placement {
    const own = this.nodes.get(origin)?.placement ?? 'kept';
    if (own !== 'kept' || !origin.parent) return own;
    const parent = this.nodes.get(origin.parent);
    return parent?.content.written || this.placement(origin.parent) === 'removed' ? 'removed' : 'kept';
  }

  /**
   * Whether a value, or something inside it, came about by changes that add up: increments, and insertions into or
   * removals from an array. Two branches that came to the same such value did not do the same thing only once.
   * A number that was replaced by a number counts as incremented: accepted changes record increments as that.
   */
  isCumulative(node: TrackedNode): boolean {
    return this.#cumulative.has(node) || childNodes(node.content).some((child) => this.isCumulative(child));
  }

  /** @param cumulative whether the value that the operation brings is cumulative already */
  #apply(operation: PatchOperation | IncrementOperation, cumulative = false): void {
    const path = tokensOf(operation.path);
    switch (operation.op) {
      case 'add':
        return this.#add(path, operation.value, cumulative);
      case 'replace': {
        const added = typeof operation.value === 'number' && isNumber(this.#find(path));
        return this.#write(path, operation.value, cumulative || added);
      }
      case 'remove':
        this.#take(path).placement = 'removed';
        return;
      case 'copy':
        return this.#copy(this.#find(tokensOf(operation.from)), path);
      case 'move':
        if (operation.from !== operation.path) this.#move(tokensOf(operation.from), path);
        return;
      case 'test': {
        const { origin } = this.#find(path);
        if (origin) this.tests.push({ origin, expected: operation.value });
        return;
      }
      case 'inc':
        this.#increment(this.#find(path), operation.value);
    }
  }

  #add(path: readonly string[], value: JsonValue, cumulative: boolean): void {
    if (path.length === 0 || this.#has(path)) {
      this.#write(path, value, cumulative);
      return;
    }
    const node = freshNode(value);
    this.#put(path, node);
    if (cumulative) this.#cumulative.add(node);
  }

  #copy(source: TrackedNode, path: readonly string[]): void {
    this.#add(path, nodeValue(source), this.isCumulative(source));
  }

  /** Whether an object has a member there already; inserting into an array never meets one. */
  #has(path: readonly string[]): boolean {
    const { content } = this.#parent(path);
    const key = path.at(-1) as string;
    if (content.kind === 'array') return false;
    return content.members.has(key)
      ? content.members.get(key) !== undefined
      : Object.hasOwn(content.before, key);
  }

  #write(path: readonly string[], value: JsonValue, cumulative: boolean): void {
    const node = this.#find(path);
    const previous = path.length === 0 ? nodeValue(node) : undefined;
    if (isJsonObject(previous) && isJsonObject(value)) {
      // A whole new state, by PUT or because the changes were longer than it, means the changes it makes.
      const changes = compareValues(previous, value);
      // Unless they are too many to be listed: then the whole state is new.
      if (!changes.some((change) => change.path === '')) {
        for (const change of changes) this.#apply(change, cumulative);
        return;
      }
    }
    node.content = { kind: 'value', written: true, value };
    if (cumulative) this.#cumulative.add(node);
    else this.#cumulative.delete(node);
  }

  #move(from: readonly string[], path: readonly string[]): void {
    const node = this.#take(from);
    if (path.length === 0) {
      node.placement = 'removed';
      this.#write(path, nodeValue(node), this.isCumulative(node));
      return;
    }
    if (this.#has(path)) this.#take(path).placement = 'removed';
    this.#put(path, node);
    if (node.origin) node.placement = this.#isHome(node.origin, path) ? 'kept' : 'moved';
  }

  /** Whether a place is where the base document has a value. In an array no place is: its neighbours may differ. */
  #isHome(origin: BaseNode, path: readonly string[]): boolean {
    const parent = this.#parent(path);
    if (parent.content.kind === 'array' || parent.content.written) return false;
    return parent.origin === origin.parent && path.at(-1) === origin.key;
  }

  #increment(node: TrackedNode, added: number): void {
    const { content } = node;
    this.#cumulative.add(node);
    if (content.kind === 'sum') node.content = { ...content, added: [...content.added, added] };
    else if (content.kind !== 'value') throw new TypeError('Only a number can be added to.');
    else if (content.written) node.content = { ...content, value: (content.value as number) + added };
    else node.content = { kind: 'sum', written: false, start: content.value as number, added: [added] };
  }

  #take(path: readonly string[]): TrackedNode {
    // A deleted panel: nothing of before is what comes after, so nothing can be merged across it.
    if (path.length === 0) throw new TypeError('The whole document cannot be removed.');
    const node = this.#find(path);
    const parent = this.#parent(path);
    const { content } = parent;
    const key = path.at(-1) as string;
    if (content.kind === 'array') {
      removeElement(content, Number(key));
      this.#cumulative.add(parent);
    } else content.members.set(key, undefined);
    return node;
  }

  #put(path: readonly string[], node: TrackedNode): void {
    const parent = this.#parent(path);
    const { content } = parent;
    const key = path.at(-1) as string;
    if (content.kind === 'array') {
      insertElement(content, key === '-' ? arrayLength(content) : Number(key), node);
      this.#cumulative.add(parent);
    } else content.members.set(key, node);
  }

  #parent(path: readonly string[]): Parent {
    return expanded(this.#find(path.slice(0, -1)));
  }

  #find(path: readonly string[]): TrackedNode {
    return path.reduce((node, token) => this.#child(expanded(node), token), this.root);
  }

  #child({ origin, content }: Parent, token: string): TrackedNode {
    const isBase = origin && !content.written;
    if (content.kind === 'array') {
      return elementNode(content, Number(token), (index) =>
        isBase ? this.#nodeOf(origin.child(index)) : freshNode(content.before[index] as JsonValue),
      );
    }
    let node = content.members.get(token);
    if (!node) {
      if (content.members.has(token) || !Object.hasOwn(content.before, token)) {
        throw new RangeError(`The object has no member "${token}".`);
      }
      node = isBase ? this.#nodeOf(origin.child(token)) : freshNode(content.before[token] as JsonValue);
      content.members.set(token, node);
    }
    return node;
  }

  #nodeOf(origin: BaseNode): TrackedNode {
    const node = unchangedNode(origin);
    this.nodes.set(origin, node);
    return node;
  }

  /** What was moved into a value that is not there in the end is gone with it. */
  #markUnreachable(): void {
    const reached = new Set<TrackedNode>();
    const visit = (node: TrackedNode): void => {
      reached.add(node);
      childNodes(node.content).forEach(visit);
    };
    visit(this.root);
    for (const node of this.nodes.values()) {
      if (node.placement === 'moved' && !reached.has(node)) node.placement = 'removed';
    }
  }
}

/** The nodes directly inside a value that were looked at or came in. */
export function childNodes(content: Content): TrackedNode[] {
  if (content.kind === 'object') return [...content.members.values()].filter((node) => node !== undefined);
  if (content.kind !== 'array') return [];
  return content.pieces.flatMap((piece) => (piece.kind === 'run' ? [] : [piece.node]));
}

function isNumber({ content }: TrackedNode): boolean {
  return content.kind === 'sum' || (content.kind === 'value' && typeof content.value === 'number');
}

/** Makes room for changes inside a value. */
function expanded(node: TrackedNode): Parent {
  const { content } = node;
  if (content.kind === 'value') {
    const { written, value } = content;
    if (Array.isArray(value)) {
      node.content = arrayContent(value as JsonArray, written);
    } else if (isJsonObject(value)) {
      node.content = { kind: 'object', written, before: value as JsonObject, members: new Map() };
    }
  }
  if (node.content.kind !== 'object' && node.content.kind !== 'array')
    throw new TypeError('A leaf has nothing inside.');
  return node as Parent;
}

function tokensOf(pointer: string): string[] {
  const tokens = parsePointer(pointer);
  if (!tokens) throw new TypeError(`"${pointer}" is not a JSON Pointer.`);
  return tokens;
}
