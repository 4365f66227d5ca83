type Members = Readonly<Record<string, unknown>>;

/**
 * The new value, with every part of the old one that is equal: what has not changed keeps its identity. Parts that are the same
 * already are not looked into, so that it costs about what has changed.
 */
export function share<T>(old: unknown, next: T): T {
  if (Object.is(old, next)) return next;
  if (Array.isArray(next)) return shareArray(old, next) as T;
  return isPlain(next) ? (shareObject(old, next) as T) : next;
}

function shareArray(old: unknown, next: readonly unknown[]): readonly unknown[] {
  if (!Array.isArray(old)) return next;
  const items = next.map((item, index) => share(old[index], item));
  const isSame = (one: readonly unknown[]) =>
    one.length === items.length && items.every((item, index) => Object.is(item, one[index]));
  return [old, next].find(isSame) ?? items;
}

function shareObject(old: unknown, next: Members): Members {
  if (!isPlain(old)) return next;
  const names = Object.keys(next);
  const entries = names.map((name): [string, unknown] => {
    return [name, Object.hasOwn(old, name) ? share(old[name], next[name]) : next[name]];
  });
  const isSame = (one: Members) =>
    Object.keys(one).length === names.length &&
    entries.every(([name, value]) => Object.hasOwn(one, name) && Object.is(value, one[name]));
  return [old, next].find(isSame) ?? Object.fromEntries(entries);
}

function isPlain(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Also those of another window.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
