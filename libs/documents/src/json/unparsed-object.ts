import type { JsonObject } from './json-value';

const heads = new WeakMap<object, JsonObject>();

/** What an object is asked for; each parses it. */
const traps = [
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'has',
  'isExtensible',
  'ownKeys',
  'set',
] as const satisfies readonly (keyof ProxyHandler<object>)[];

/**
 * An object of a great many members that is parsed when a member of it is first asked for: the engine builds such objects
 * slowly, and in one go. Code that knows of this works on the text (`largeSourceOf`, `headOf`); other code stays right, and is slow.
 * @param text the object as JSON (RFC 8259)
 * @param head some of its members
 * @param isThenable whether it has a member `then`, which every `await` asks for
 */
export function unparsedObject(text: string, head: JsonObject, isThenable: boolean): JsonObject {
  let parsed: object | undefined;
  const value = (): object => (parsed ??= JSON.parse(text) as object);
  const handlerOf = (trap: (typeof traps)[number]) => {
    const reflect = Reflect[trap] as (target: object, ...args: unknown[]) => unknown;
    return (_target: object, key?: unknown, ...rest: unknown[]) =>
      reflect(isOfNoMember(key, isThenable) ? {} : value(), key, ...rest);
  };
  const handler = Object.fromEntries(traps.map((trap) => [trap, handlerOf(trap)]));
  const object = new Proxy({}, handler) as JsonObject;
  heads.set(object, head);
  return object;
}

/** Whether a key can be answered for without a look at the members. */
function isOfNoMember(key: unknown, isThenable: boolean): boolean {
  return typeof key === 'symbol' || (key === 'then' && !isThenable);
}

/**
 * Some members of an object that is not parsed yet: thousands, but not all. Undefined for every other value.
 */
export function headOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null ? heads.get(value) : undefined;
}
