import { type JsonPatch, type JsonValue, type PatchOperation, parsePointer } from '@nexus-state/documents';
import {
  type Opened,
  type Traced,
  type ValueOrigin,
  opened,
  originOf,
  partOf,
  plainValue,
  sizeOf,
} from './traced-value';

/**
 * A state with, for each value, where it comes from. Changes are applied in order; then `origin` says which of them has set a
 * value.
 *
 * A change sets what its operations write, where another value was there, or none. Values that it moves, also along an array,
 * keep what set them; values that it copies are set by it. It also sets an array or object that it empties.
 */
export class ValueTrace {
  #root: Traced | undefined;

  /** @param before the state before the changes; undefined where there was none */
  constructor(before: JsonValue | undefined) {
    if (before !== undefined) this.#root = { kind: 'kept', value: before, pointer: '' };
  }

  /** Applies a change. @throws Error when it does not lead on from the state */
  apply(version: number, patch: JsonPatch): void {
    for (const operation of patch) this.applyOne(version, operation);
  }

  /** Applies one operation of a change. */
  applyOne(version: number, operation: PatchOperation): void {
    const { op, path } = operation;
    switch (op) {
      case 'test':
        return;
      case 'remove':
        this.#take(version, path);
        return;
      case 'move':
        if (operation.from !== path) this.#put(path, this.#take(version, operation.from));
        return;
      case 'copy': {
        const value = plainValue(this.#at(operation.from));
        return this.#write(path, 'add', value, version);
      }
      default:
        return this.#write(path, op, operation.value, version);
    }
  }

  /** Where the scalar, or the empty array or object, at a pointer comes from. */
  origin(pointer: string): ValueOrigin {
    return originOf(this.#at(pointer));
  }

  #write(path: string, op: 'add' | 'replace', value: JsonValue, version: number): void {
    if (path === '') {
      this.#root = { kind: 'set', value, version, before: this.#root };
      return;
    }
    const { parts, token } = this.#place(path);
    if (Array.isArray(parts)) {
      const index = token === '-' ? parts.length : Number(token);
      const before = op === 'replace' ? parts[index] : undefined;
      parts.splice(index, op === 'replace' ? 1 : 0, { kind: 'set', value, version, before });
    } else parts.set(token, { kind: 'set', value, version, before: parts.get(token) });
  }

  #put(path: string, node: Traced): void {
    if (path === '') {
      this.#root = node;
      return;
    }
    const { parts, token } = this.#place(path);
    if (Array.isArray(parts)) parts.splice(token === '-' ? parts.length : Number(token), 0, node);
    else parts.set(token, node);
  }

  #take(version: number, path: string): Traced {
    const taken = this.#at(path);
    if (path === '') {
      this.#root = undefined;
      return taken;
    }
    const { container, parts, token } = this.#place(path);
    if (Array.isArray(parts)) parts.splice(Number(token), 1);
    else parts.delete(token);
    if (sizeOf(container) === 0) container.emptiedBy = version;
    return taken;
  }

  #at(pointer: string): Traced {
    let node = this.#root;
    for (const token of parsePointer(pointer) ?? []) node = partOf(node, token);
    if (!node) throw new Error('The history of a panel does not lead to its state.');
    return node;
  }

  /** The array or object that holds a place, opened on the way from the root. */
  #place(path: string): {
    readonly container: Opened;
    readonly parts: Opened['parts'];
    readonly token: string;
  } {
    const tokens = parsePointer(path) ?? [];
    const token = tokens.pop() as string;
    let container = (this.#root = this.#root && opened(this.#root));
    for (const step of tokens) {
      const part = partOf(container, step);
      const next = part && opened(part);
      if (next && container?.kind === 'opened') {
        if (Array.isArray(container.parts)) container.parts[Number(step)] = next;
        else container.parts.set(step, next);
      }
      container = next;
    }
    if (container?.kind !== 'opened') throw new Error('The history of a panel does not lead to its state.');
    return { container, parts: container.parts, token };
  }
}
