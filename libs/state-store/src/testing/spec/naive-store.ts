import { type JsonValue, canonicalJson, mergePatch } from '@nexus-state/documents';

/** A change as the naive store remembers it: `revision type key version value`. */
export type Line = string;

/** What a store should do, written as plainly as possible and with nothing of the real one. */
export class NaiveStore {
  readonly values = new Map<string, JsonValue>();
  readonly versions = new Map<string, number>();
  readonly log: Line[] = [];
  revision = 0;

  version(key: string): number {
    return this.values.has(key) ? (this.versions.get(key) ?? 0) : 0;
  }

  set(key: string, value: JsonValue): string {
    this.revision++;
    return this.#put(key, value);
  }

  update(key: string, partial: JsonValue): string {
    const before = this.values.get(key);
    return before === undefined ? 'KeyNotFoundError' : this.set(key, mergePatch(before, partial));
  }

  delete(key: string): string {
    if (!this.values.has(key)) return 'false';
    this.revision++;
    this.#remove(key);
    return 'true';
  }

  compareAndSet(key: string, expected: number, value: JsonValue): string {
    const found = this.version(key);
    return found === expected ? this.set(key, value) : `VersionConflictError ${expected} ${found}`;
  }

  createIfNotExists(key: string, value: JsonValue): string {
    return this.values.has(key) ? 'undefined' : this.set(key, value);
  }

  transaction(operations: readonly NaiveOperation[]): string {
    for (const { type, key, version } of operations) {
      if (type === 'checkVersion' && this.version(key) !== version) {
        return `VersionConflictError ${version} ${this.version(key)}`;
      }
    }
    const changes = operations.filter(
      ({ type, key }) => type === 'set' || (type === 'delete' && this.values.has(key)),
    );
    if (changes.length > 0) this.revision++;
    for (const { type, key, value } of changes) {
      if (type === 'set') this.#put(key, value);
      else this.#remove(key);
    }
    return String(this.revision);
  }

  #put(key: string, value: JsonValue): string {
    const version = (this.versions.get(key) ?? 0) + 1;
    const type = this.values.has(key) ? 'updated' : 'created';
    this.versions.set(key, version);
    this.values.set(key, value);
    this.log.push(`${this.revision} ${type} ${key} ${version} ${textOf(value)}`);
    return String(version);
  }

  #remove(key: string): void {
    const version = (this.versions.get(key) ?? 0) + 1;
    this.versions.set(key, version);
    this.values.delete(key);
    this.log.push(`${this.revision} deleted ${key} ${version} ${textOf(undefined)}`);
  }
}

/** An operation of a transaction, with all members for the sake of short tests. */
export interface NaiveOperation {
  readonly type: 'checkVersion' | 'set' | 'delete';
  readonly key: string;
  readonly version: number;
  readonly value: JsonValue;
}

/** The value of a line. */
export function textOf(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : canonicalJson(value);
}
