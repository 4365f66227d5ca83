import {
  type JsonArray,
  type JsonObject,
  type JsonValue,
  appendToken,
  isJsonObject,
  jsonSize,
} from '../json';
import { AlignmentBudget, alignArrays } from './align-arrays';
import { equalJson } from './equal-json';
import type { JsonPatch, PatchOperation } from './operation';

/** A patch of so few operations is kept in steps, even where one replacement would be a little shorter. */
const fewOperations = 8;

/** By how many bytes a patch may exceed what it leads to. */
const roomBytes = 16 * 1024;

/** Applying more operations than this costs more than replacing the whole. */
const maxOperations = 4_000;

/** What an operation has beside its pointer and its value: `{"op":"replace","path":"","value":}`. */
const operationBytes = 35;

/**
 * The patch that leads from one state to another: `applyPatch(from, compareStates(from, to)).value` equals `to`.
 * Where the changes are more than the new state itself, it is one replacement of the whole.
 */
export function compareStates(from: JsonObject, to: JsonObject): JsonPatch {
  const patch = compareValues(from, to);
  if (patch.length <= fewOperations) return patch;
  const whole: JsonPatch = [{ op: 'replace', path: '', value: to }];
  const size = sizeOf(whole);
  return sizeOf(patch, size) > size ? whole : patch;
}

/**
 * The single changes that lead from one value to another: members and elements that are equal are left alone, so
 * what others change there meanwhile can be merged. Parts that both values share by reference cost nothing.
 * It costs time in proportion to both values: where the changes have more text than the new value, because their pointers
 * are long or they are many, the comparison ends early and gives one replacement of the whole.
 * @returns `add`, `remove` and `replace` operations; none when the values are equal
 */
export function compareValues(from: JsonValue, to: JsonValue): JsonPatch {
  const comparison = new Comparison(to);
  return comparison.run(from);
}

function sizeOf(patch: JsonPatch, limit?: number): number {
  return jsonSize(patch as unknown as JsonValue, limit);
}

/** One comparison, with the patch as far as it was found. */
class Comparison {
  readonly #patch: PatchOperation[] = [];
  readonly #budget = new AlignmentBudget();
  /** What may still be added to the patch. */
  #bytesLeft = roomBytes;
  #isBounded = false;

  constructor(private readonly to: JsonValue) {}

  run(from: JsonValue): JsonPatch {
    this.#compare('', from, this.to);
    return this.#isExhausted ? [{ op: 'replace', path: '', value: this.to }] : this.#patch;
  }

  /** Whether the patch has become so long that it is of no use. */
  get #isExhausted(): boolean {
    return this.#bytesLeft < 0 || this.#patch.length > maxOperations;
  }

  #add(operation: PatchOperation): void {
    this.#patch.push(operation);
    const valueBytes = 'value' in operation ? jsonSize(operation.value) : 0;
    this.#bytesLeft -= operationBytes + operation.path.length + valueBytes;
    if (this.#bytesLeft >= 0 || this.#isBounded) return;
    // The size of the whole is only counted where it matters.
    this.#isBounded = true;
    this.#bytesLeft += jsonSize(this.to);
  }

  #compare(path: string, from: JsonValue, to: JsonValue): void {
    if (from === to || this.#isExhausted) return;
    if (Array.isArray(from) && Array.isArray(to)) this.#compareArrays(path, from, to);
    else if (isJsonObject(from) && isJsonObject(to)) this.#compareObjects(path, from, to);
    else if (!equalJson(from, to)) this.#add({ op: 'replace', path, value: to });
  }

  #compareObjects(path: string, from: JsonObject, to: JsonObject): void {
    for (const key of Object.keys(from)) {
      if (this.#isExhausted) return;
      const [before, after] = [from[key] as JsonValue, to[key] as JsonValue];
      if (!Object.hasOwn(to, key)) this.#add({ op: 'remove', path: appendToken(path, key) });
      else if (before !== after) this.#compare(appendToken(path, key), before, after);
    }
    for (const key of Object.keys(to)) {
      if (this.#isExhausted) return;
      if (Object.hasOwn(from, key)) continue;
      this.#add({ op: 'add', path: appendToken(path, key), value: to[key] as JsonValue });
    }
  }

  #compareArrays(path: string, from: JsonArray, to: JsonArray): void {
    for (const stretch of alignArrays(from, to, this.#budget)) {
      const paired = Math.min(stretch.fromEnd - stretch.fromStart, stretch.toEnd - stretch.toStart);
      // Everything left of a stretch is settled already, so positions are those of the new array.
      for (let offset = 0; offset < paired && !this.#isExhausted; offset++) {
        const at = stretch.toStart + offset;
        this.#compare(`${path}/${at}`, from[stretch.fromStart + offset] as JsonValue, to[at] as JsonValue);
      }
      for (let index = stretch.fromStart + paired; index < stretch.fromEnd && !this.#isExhausted; index++) {
        this.#add({ op: 'remove', path: `${path}/${stretch.toStart + paired}` });
      }
      for (let at = stretch.toStart + paired; at < stretch.toEnd && !this.#isExhausted; at++) {
        this.#add({ op: 'add', path: `${path}/${at}`, value: to[at] as JsonValue });
      }
    }
  }
}
