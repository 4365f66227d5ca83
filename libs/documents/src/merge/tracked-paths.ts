import { type JsonValue, appendToken, parsePointer } from '../json';
import type { Branch } from './branch';
import type { ArrayContent, BaseNode, TrackedNode } from './tracked-node';

/** A place in one branch's document. */
export interface Location {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  /** The value at the path; undefined where there is none. */
  readonly value: JsonValue | undefined;
}

/** The place of a value of the base document, or of the value around it where it is gone. */
export interface BaseLocation extends Location {
  /** The value that the path names. */
  readonly origin: BaseNode;
}

/** Finds values of the base document in one branch's document. */
export class TrackedPaths {
  readonly #branch: Branch;
  readonly #paths = new Map<TrackedNode, string>();

  constructor(branch: Branch) {
    this.#branch = branch;
    this.#walk(branch.tracked.root, '');
  }

  /**
   * Finds a value. Of a removed member: its key. Of a removed element: its array, since its index names its neighbour
   * now. Of what was inside a removed or replaced value: that value.
   */
  locate(origin: BaseNode): BaseLocation {
    const { tracked } = this.#branch;
    const { parent } = origin;
    if (parent && tracked.placement(origin) === 'removed') {
      const lost = tracked.placement(parent) === 'removed' || tracked.nodes.get(parent)?.content.written;
      if (lost || Array.isArray(parent.value)) return this.locate(parent);
    }
    const path = this.#pathOf(origin);
    return { origin, path, value: this.#lookUp(path) };
  }

  /** Where a member of an object of the base document is, or would be. */
  locateMember(parent: BaseNode, key: string): Location {
    const path = appendToken(this.#pathOf(parent), key);
    return { path, value: this.#lookUp(path) };
  }

  #pathOf(origin: BaseNode): string {
    const { nodes } = this.#branch.tracked;
    const node = nodes.get(origin);
    const known = node && this.#paths.get(node);
    if (known !== undefined) return known;
    const { parent, key } = origin;
    if (!parent) return '';
    const content = nodes.get(parent)?.content;
    const token = content?.kind === 'array' ? currentIndex(content, Number(key)) : key;
    return appendToken(this.#pathOf(parent), String(token));
  }

  #walk(node: TrackedNode, path: string): void {
    this.#paths.set(node, path);
    const { content } = node;
    if (content.kind === 'object') {
      for (const [key, member] of content.members) if (member) this.#walk(member, appendToken(path, key));
    }
    if (content.kind !== 'array') return;
    let index = 0;
    for (const piece of content.pieces) {
      if (piece.kind !== 'run') this.#walk(piece.node, `${path}/${index}`);
      index += piece.kind === 'run' ? piece.end - piece.start : 1;
    }
  }

  #lookUp(path: string): JsonValue | undefined {
    let value: JsonValue | undefined = this.#branch.nodeValue(this.#branch.tracked.root);
    for (const token of parsePointer(path) ?? []) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
      value = (value as Record<string, JsonValue>)[token];
    }
    return value;
  }
}

/** The index that an element of the before has now. */
function currentIndex({ pieces }: ArrayContent, index: number): number {
  let current = 0;
  for (const piece of pieces) {
    if (piece.kind === 'run') {
      if (index < piece.end) return current + Math.max(0, index - piece.start);
      current += piece.end - piece.start;
    } else {
      if (piece.kind === 'element' && index <= piece.index) return current;
      current++;
    }
  }
  return current;
}
