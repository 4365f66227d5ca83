import type { JsonValue } from '@nexus-state/documents';
import { fromWire, type WireValue, withWireValue } from '../http/wire';
import {
  InvalidArgumentError,
  KeyNotFoundError,
  type Value,
  VersionConflictError,
  type VersionCheck,
  type Write,
  checkKey,
} from '../model';
import {
  type LocalStore,
  type SetOptions,
  type TransactionOperation,
  deleteWrite,
  mergeWrite,
  setWrite,
  versionCheck,
} from '../store';
import { AnsweredWrites } from './answered-writes';
import { PreconditionFailed, problemResponse } from './problem-response';
import { watchResponse } from './watch-response';

/** What the handler needs to know. */
export interface KvHandlerOptions {
  /** The store of a request: of the owner that its token names. What it throws is answered as a problem. */
  readonly storeOf: (request: Request) => LocalStore | Promise<LocalStore>;
  /** How often a watch is told how far it is while nothing matches, in milliseconds; 1,000 where not given. */
  readonly bookmarkIntervalMs?: number;
}

/**
 * The routes of keys over HTTP, without a framework: a standard `Request` in, a `Response` out. It answers each refusal with its
 * status and problem (RFC 9457), and a write that is repeated with its `Idempotency-Key` as the first time.
 */
export function kvHandler({ storeOf, bookmarkIntervalMs = 1_000 }: KvHandlerOptions) {
  const answered = new AnsweredWrites();
  return async (request: Request): Promise<Response> => {
    try {
      const url = new URL(request.url);
      const store = await storeOf(request);
      if (url.pathname === '/api/watch' && request.method === 'GET') {
        return await watchResponse(store, request, url.searchParams, bookmarkIntervalMs);
      }
      return await answered.once(store, request, () => routed(store, request, url));
    } catch (error) {
      return problemResponse(error);
    }
  };
}

async function routed(store: LocalStore, request: Request, url: URL): Promise<Response> {
  if (url.pathname === '/api/kv') return whole(store, request, url.searchParams);
  const key = keyOf(url);
  if (key !== undefined) return one(store, request, checkKey(key), url.searchParams);
  return problemResponse(new KeyNotFoundError(url.pathname));
}

function keyOf({ pathname, searchParams }: URL): string | undefined {
  if (pathname === '/api/kv/') return searchParams.get('key') ?? undefined;
  if (pathname.startsWith('/api/kv/')) return decoded(pathname.slice('/api/kv'.length));
  if (pathname.startsWith('/state/')) return decoded(pathname.slice('/state/'.length));
  return undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new InvalidArgumentError('key', 'its percent-encoding is not valid (RFC 3986, section 2.1).');
  }
}

async function whole(store: LocalStore, request: Request, query: URLSearchParams): Promise<Response> {
  if (request.method === 'POST') return transact(store, request);
  if (request.method !== 'GET') return notAllowed('GET, POST');
  const cursor = query.get('cursor');
  const limit = query.get('limit');
  const page = await store.list(query.get('prefix') ?? '', {
    values: query.get('values') === 'true',
    ...(limit === null ? {} : { limit: Number(limit) }),
    ...(cursor === null ? {} : { cursor }),
  });
  const { items, nextCursor, revision } = page;
  return Response.json({ keys: items.map(withWireValue), nextCursor, revision });
}

async function one(
  store: LocalStore,
  request: Request,
  key: string,
  query: URLSearchParams,
): Promise<Response> {
  switch (request.method) {
    case 'GET':
      return read(store, request, key);
    case 'PUT':
      return put(store, request, key);
    case 'PATCH': {
      const write = mergeWrite(key, await json(request), ttlOf(query.get('ttlSeconds') ?? undefined));
      return written(store, request, write, []);
    }
    case 'DELETE':
      return written(store, request, deleteWrite(key), []);
    default:
      return notAllowed('GET, PUT, PATCH, DELETE');
  }
}

async function read(store: LocalStore, request: Request, key: string): Promise<Response> {
  const entry = await store.getEntry(key);
  if (!entry) throw new KeyNotFoundError(key);
  const etag = `"${entry.version}"`;
  const isKnown = tagsOf(request.headers.get('if-none-match'))?.includes(etag);
  if (isKnown) return new Response(null, { status: 304, headers: { etag } });
  return Response.json(withWireValue(entry), { headers: { etag, 'cache-control': 'no-cache' } });
}

interface PutBody extends WireValue {
  readonly version?: number;
  readonly ttlSeconds?: number;
  readonly sensitive?: boolean;
}

async function put(store: LocalStore, request: Request, key: string): Promise<Response> {
  const body = (await json(request)) as unknown as PutBody;
  const write = setWrite(key, valueOf(body, 'value'), optionsOf(body));
  const checks = body.version === undefined ? [] : [versionCheck(key, body.version)];
  return written(store, request, write, checks);
}

/** Writes one key, if the preconditions of the request hold. */
async function written(
  store: LocalStore,
  request: Request,
  write: Write,
  checks: readonly VersionCheck[],
): Promise<Response> {
  const { key } = write;
  const precondition = await preconditionOf(store, request, key);
  try {
    const wanted = precondition === undefined ? checks : [...checks, { key, version: precondition }];
    const { revision, results } = await store.write({ checks: wanted, writes: [write] });
    const version = results[0]?.version as number;
    if (write.type === 'delete' && results[0]?.existed === false) throw new KeyNotFoundError(key);
    return Response.json({ key, version, revision }, { headers: { etag: `"${version}"` } });
  } catch (error) {
    // A condition in a header is a precondition (RFC 9110, section 13).
    if (error instanceof VersionConflictError && error.expected === precondition) {
      throw new PreconditionFailed(key, error.found);
    }
    throw error;
  }
}

/** The version that If-Match and If-None-Match ask for. */
async function preconditionOf(store: LocalStore, request: Request, key: string): Promise<number | undefined> {
  if (request.headers.get('if-none-match') === '*') return 0;
  const tags = tagsOf(request.headers.get('if-match'));
  if (!tags) return undefined;
  const found = await store.version(key);
  const holds = tags.includes('*') ? found > 0 : tags.includes(`"${found}"`);
  if (!holds) throw new PreconditionFailed(key, found);
  return found;
}

async function transact(store: LocalStore, request: Request): Promise<Response> {
  const { transaction } = (await json(request)) as unknown as { transaction?: WireOperation[] };
  if (!Array.isArray(transaction))
    throw new InvalidArgumentError('transaction', 'give a list of operations.');
  return Response.json(await store.transaction(transaction.map(operationOf)));
}

interface WireOperation {
  readonly check?: { readonly key: string; readonly version: number };
  readonly set?: PutBody & { readonly key: string };
  readonly delete?: { readonly key: string };
}

function operationOf(wire: WireOperation, index: number): TransactionOperation {
  const { check, set } = wire ?? {};
  if (check) return { type: 'checkVersion', key: check.key, version: check.version };
  if (set) {
    const value = valueOf(set, `transaction/${index}/set/value`);
    return { type: 'set', key: set.key, value, ...optionsOf(set) };
  }
  if (wire?.delete) return { type: 'delete', key: wire.delete.key };
  throw new InvalidArgumentError(`transaction/${index}`, 'an operation is a check, a set or a delete.');
}

function valueOf(wire: WireValue, name: string): Value {
  if (wire?.value === undefined) throw new InvalidArgumentError(name, 'give a value.');
  return fromWire(wire);
}

function optionsOf({ ttlSeconds, sensitive }: PutBody): SetOptions {
  return { ...ttlOf(ttlSeconds), ...(sensitive === undefined ? {} : { sensitive }) };
}

function ttlOf(seconds: number | string | undefined): { ttl?: number } {
  // Milliseconds as they were meant, not with what a product of fractions adds.
  return seconds === undefined ? {} : { ttl: Math.round(Number(seconds) * 1_000_000) / 1_000 };
}

async function json(request: Request): Promise<JsonValue> {
  try {
    return (await request.json()) as JsonValue;
  } catch {
    throw new InvalidArgumentError('body', 'it is not JSON.');
  }
}

function tagsOf(header: string | null): string[] | undefined {
  return header?.split(',').map((tag) => tag.trim());
}

function notAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { allow } });
}
