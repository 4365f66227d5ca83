import { type Pattern, prefixesOf } from '../model';

/**
 * Finds who follows a key, without asking all of them: a look-up for the key, and one for each prefix of it. One
 * follower of a pattern costs no set.
 */
export class PatternIndex<T extends object> {
  readonly #keys = new Map<string, T | Set<T>>();
  readonly #prefixes = new Map<string, T | Set<T>>();

  add(pattern: Pattern, follower: T): void {
    const map = this.#mapOf(pattern);
    const name = nameOf(pattern);
    const there = map.get(name);
    if (there === undefined) map.set(name, follower);
    else if (there instanceof Set) there.add(follower);
    else map.set(name, new Set([there, follower]));
  }

  remove(pattern: Pattern, follower: T): void {
    const map = this.#mapOf(pattern);
    const name = nameOf(pattern);
    const there = map.get(name);
    if (there === follower) map.delete(name);
    else if (there instanceof Set && there.delete(follower) && there.size === 0) map.delete(name);
  }

  /** Calls back with each follower of a key, once. A follower may be removed meanwhile. */
  find(key: string, each: (follower: T) => void): void {
    visit(this.#keys.get(key), each);
    if (this.#prefixes.size === 0) return;
    for (const prefix of prefixesOf(key)) visit(this.#prefixes.get(prefix), each);
  }

  #mapOf({ kind }: Pattern): Map<string, T | Set<T>> {
    return kind === 'key' ? this.#keys : this.#prefixes;
  }
}

function nameOf(pattern: Pattern): string {
  return pattern.kind === 'key' ? pattern.key : pattern.prefix;
}

function visit<T extends object>(there: T | Set<T> | undefined, each: (follower: T) => void): void {
  if (there === undefined) return;
  if (there instanceof Set) for (const follower of [...there]) each(follower);
  else each(there);
}
