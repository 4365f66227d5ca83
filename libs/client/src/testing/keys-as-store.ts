import {
  CompactedError,
  InvalidArgumentError,
  InvalidKeyError,
  KeyList,
  KeyNotFoundError,
  NotJsonError,
  type StateStore,
  StoreClosedError,
  StoreUnavailableError,
  UnsupportedValueError,
  ValueTooLargeError,
  VersionConflictError,
  type Watch,
} from '@nexus-state/store';
import { NetworkError, NexusError } from '../http/problem';
import type { Keys } from '../keys/keys';

/** The keys of a client as a `StateStore`: the same methods, with the refusals of that library. */
export function keysAsStore(keys: Keys): StateStore {
  const store: Pick<StateStore, keyof StateStore> = {
    ...asStore(keys),
    capabilities: keys.capabilities,
    list: (prefix, { values, ...first } = {}) =>
      new KeyList(async (choice) => {
        const page = await translated(keys.list(prefix, { ...choice, ...(values ? { values } : {}) }).page());
        return { ...page, nextCursor: page.nextCursor ?? undefined };
      }, first),
    watch: (pattern, options) => watched(() => keys.watch(pattern, options)),
    close: () => keys.close(),
  };
  return store;
}

type Plain = Omit<StateStore, 'capabilities' | 'list' | 'watch' | 'close'>;

const methods = [
  'get',
  'getJson',
  'getEntry',
  'exists',
  'version',
  'set',
  'setJson',
  'update',
  'delete',
  'compareAndSet',
  'createIfNotExists',
  'transaction',
] as const satisfies readonly (keyof Plain)[];

/** Compiles only while the methods of both are alike. */
function asStore(keys: Plain): Plain {
  const call = (name: (typeof methods)[number]) => {
    const method = keys[name] as (...args: unknown[]) => Promise<unknown>;
    return (...args: unknown[]) => translated(method.apply(keys, args));
  };
  return Object.fromEntries(methods.map((name) => [name, call(name)])) as unknown as Plain;
}

function watched(watch: () => ReturnType<Keys['watch']>): Watch {
  let made: ReturnType<Keys['watch']>;
  try {
    made = watch();
  } catch (error) {
    throw translate(error);
  }
  const ready = translated(made.ready);
  ready.catch(() => undefined);
  return {
    ready,
    get revision() {
      return made.revision;
    },
    next: () => translated(made.next()),
    return: () => made.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function translated<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (error instanceof NetworkError) return new StoreUnavailableError('The service', true, { cause: error });
  // What TypeScript refuses is not checked again.
  if (error instanceof TypeError) return new InvalidArgumentError('operations', error.message);
  if (!(error instanceof NexusError)) return error;
  const { code, facts, message } = error;
  const key = String(facts['key'] ?? '');
  const reason = String(facts['reason'] ?? message);
  const number = (fact: string) => Number(facts[fact] ?? 0);
  switch (code) {
    case 'invalid_key':
      return new InvalidKeyError(key, reason);
    case 'validation_failed':
      return new InvalidArgumentError('request', reason);
    case 'unsupported_value':
      // Of the body, where the service refuses it.
      return new UnsupportedValueError(reason, String(facts['pointer'] ?? '').replace(/^\/value/, ''));
    case 'value_too_large':
      return new ValueTooLargeError(number('sizeBytes'), number('limitBytes'));
    case 'not_json':
      return new NotJsonError(key);
    case 'not_found':
      return new KeyNotFoundError(key);
    case 'version_conflict': {
      const index = facts['transactionIndex'] as number | undefined;
      return new VersionConflictError(key, number('expected'), number('found'), index);
    }
    case 'compacted':
      return new CompactedError(number('oldestRevision'));
    case 'closed':
      return new StoreClosedError();
    default:
      return error;
  }
}
