import { useMemo } from 'react';

/** What of a state to show: the value at a JSON Pointer (RFC 6901), or what a function gives. */
export type Select<T, S> = string | ((state: T) => S);

const whole = (state: object) => state;

/** What selects; the same function for the same pointer. */
export function useSelect<T extends object, S>(select: Select<T, S> | undefined): (state: object) => S {
  const byPointer = useMemo(() => {
    return typeof select === 'string' ? (state: object) => valueAt(state, select) : whole;
  }, [typeof select === 'string' ? select : undefined]);
  return (typeof select === 'function' ? select : byPointer) as (state: object) => S;
}

/**
 * The value at a JSON Pointer; undefined where there is none.
 * @throws Error when it is no pointer
 */
export function valueAt(root: unknown, pointer: string): unknown {
  if (pointer === '') return root;
  if (!/^(\/([^~]|~[01])*)$/.test(pointer))
    throw new Error(`"${pointer}" is not a JSON Pointer, such as "/a/b".`);
  let value = root;
  for (const token of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
