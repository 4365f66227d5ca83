import { PatchTooCostly, StateTooLarge } from '../errors';
import { type JsonValue, jsonSize, textSize } from '../json';

/** How large a document may become while a patch is applied to it. */
export interface PatchBounds {
  /** The limit of a state: bytes of its canonical text. */
  readonly stateBytes: number;
  /** The size of the document before the patch, where it is known; else it is counted. */
  readonly documentBytes?: number | undefined;
}

/**
 * Between two operations a document may have twice the bytes of a state: enough for a patch that adds the new before it
 * removes the old. What is larger is refused at once, even if a later operation would shrink it.
 */
const intermediateFactor = 2;

/** What one patch may copy and shift, in units of about 10 ns. What is proportional to document and patch is free. */
const maxWork = 5_000_000;

/** Estimates of what copying costs, in units. */
const unitsPerMember = 32;
const elementsPerUnit = 2;
const shiftsPerUnit = 128;
const bytesPerUnit = 4;

/**
 * Keeps account of a document that is being edited: of the bytes that its canonical text would have, and of the work that
 * the edits cost. A value that is at several places counts at each of them, so copies of copies are refused before
 * anything large is built. Each member and element counts with a comma, so a count may exceed the text by one byte for each
 * container.
 */
export class DocumentMeter {
  readonly #limit: number;
  readonly #stateBytes: number;
  #bytes: number;
  #workLeft = maxWork;
  /** The sizes of containers that were counted; kept up while they are edited. */
  readonly #sizes = new Map<object, number>();

  constructor(document: JsonValue, { stateBytes, documentBytes }: PatchBounds) {
    this.#stateBytes = stateBytes;
    this.#bytes = documentBytes ?? jsonSize(document);
    // What was accepted under a higher limit may shrink.
    this.#limit = Math.max(stateBytes * intermediateFactor, this.#bytes);
  }

  /** A value took the place of the whole document. @throws StateTooLarge */
  replaced(value: JsonValue): void {
    this.#bytes = this.#sizeOf(value);
    this.#check();
  }

  /**
   * A value came into a container.
   * @param way the containers from the root to the one that changed
   * @param key its key; undefined in an array
   * @throws StateTooLarge
   */
  added(way: readonly object[], value: JsonValue, key?: string): void {
    this.#change(way, this.#entrySize(value, key));
    this.#check();
  }

  /** A value left a container; parameters as for `added`. */
  removed(way: readonly object[], value: JsonValue, key?: string): void {
    this.#change(way, -this.#entrySize(value, key));
  }

  /** A container was copied for an edit. @param isRepeated whether it had been copied before, by the same patch */
  copied(original: object, copy: object, isRepeated: boolean): void {
    const size = this.#sizes.get(original);
    if (size !== undefined) this.#sizes.set(copy, size);
    if (!isRepeated) return;
    this.#spend(
      Array.isArray(copy) ? copy.length / elementsPerUnit : Object.keys(copy).length * unitsPerMember,
    );
  }

  /** A value is put at a second place. @throws PatchTooCostly */
  lent(value: JsonValue): void {
    this.#spend(this.#sizeOf(value));
  }

  /** Elements of an array were shifted by one place. @throws PatchTooCostly */
  shifted(elements: number): void {
    this.#spend(elements / shiftsPerUnit);
  }

  #entrySize(value: JsonValue, key: string | undefined): number {
    return this.#sizeOf(value) + 1 + (key === undefined ? 0 : textSize(key) + 1);
  }

  #sizeOf(value: JsonValue): number {
    if (typeof value !== 'object' || value === null) return jsonSize(value);
    let size = this.#sizes.get(value);
    if (size === undefined) {
      size = jsonSize(value, this.#limit);
      this.#spend(size / bytesPerUnit);
      this.#sizes.set(value, size);
    }
    return size;
  }

  #change(way: readonly object[], bytes: number): void {
    this.#bytes += bytes;
    if (this.#sizes.size === 0) return;
    for (const container of way) {
      const size = this.#sizes.get(container);
      if (size !== undefined) this.#sizes.set(container, size + bytes);
    }
  }

  #check(): void {
    if (this.#bytes > this.#limit) throw new StateTooLarge(this.#bytes, this.#stateBytes);
  }

  #spend(units: number): void {
    this.#workLeft -= units;
    if (this.#workLeft < 0) throw new PatchTooCostly();
  }
}
