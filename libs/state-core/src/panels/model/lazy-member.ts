import { isLarge } from '@nexus-state/documents';

/**
 * Gives an object a member that is worked out when it is first asked for. It looks like any other member; a copy made by
 * spreading works it out, one made by `copyWith` does not.
 */
export function lazyMember<T extends object, K extends keyof T & string>(
  target: T,
  key: K,
  read: () => T[K],
): void {
  const get = (): T[K] => {
    const value = read();
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return value;
  };
  Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
}

/** A copy of an object with more members, whose lazy members stay lazy. */
export function copyWith<T extends object, U extends object>(object: T, more: U): Omit<T, keyof U> & U {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(object));
  return Object.assign(copy, more) as Omit<T, keyof U> & U;
}

/** A copy with more members; what is parsed when it is asked for, stays so. */
export function extended<T extends object, U extends object>(
  object: T,
  more: U,
  bytes: number,
): Omit<T, keyof U> & U {
  return isLarge(bytes) ? copyWith(object, more) : { ...object, ...more };
}
