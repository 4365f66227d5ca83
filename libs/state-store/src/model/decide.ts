import { mergePatch } from '@nexus-state/documents';
import type { Cipher } from './cipher';
import { KeyNotFoundError, VersionConflictError } from './errors';
import { type Change, type LoggedChange, type Row, isDue, isLive } from './row';
import { type StoredValue, decodeJson, encodeJson } from './value';
import type { Receipt, Write, WriteRequest, WriteResult } from './write';

/** The keys as they are: at their versions, with what is left of those that were deleted. */
export type Rows = ReadonlyMap<string, Row>;

/** A change that was decided on. A time to live counts from the instant at which the store writes it. */
export interface DecidedChange extends LoggedChange {
  readonly ttl: number | undefined;
}

/** What is to be written for a request. */
export interface Decision {
  readonly changes: readonly DecidedChange[];
  readonly receipt: Receipt;
}

/**
 * Decides on a request, without any I/O. Every store decides here, so all of them keep the same rules.
 * @param rows the keys of the request as they are now
 * @param revision the revision of the owner before the request
 * @param now the instant, in milliseconds
 * @param cipher seals and opens sensitive values, which rows have sealed
 * @throws VersionConflictError for the first check that does not hold
 * @throws KeyNotFoundError for a merge into a key that holds nothing
 * @throws NotJsonError for a merge into bytes
 * @throws NoEncryptionKeyError for a sensitive value without a key; SecretUnreadableError for a merge into one
 */
export function decide(
  request: WriteRequest,
  rows: Rows,
  revision: number,
  now: number,
  cipher: Cipher,
): Decision {
  for (const { key, version, index } of request.checks) {
    const row = rows.get(key);
    const found = isLive(row, now) ? row.version : 0;
    if (found !== version) throw new VersionConflictError(key, version, found, index);
  }
  const decided = request.writes.map((write) => decideWrite(write, rows.get(write.key), now, cipher));
  // A key whose time has passed is deleted before it is written anew, for its watchers have to see it go.
  const expiries = decided.flatMap(({ expiry }) => (expiry ? [expiry] : []));
  const changes = decided.flatMap(({ change }) => (change ? [change] : []));
  const placed = [
    ...expiries.map((change, index) => place(change, revision + 1 + index, 1, 1)),
    ...changes.map((change, index) =>
      place(change, revision + expiries.length + 1, index + 1, changes.length),
    ),
  ];
  const last = placed.at(-1)?.revision ?? revision;
  return { changes: placed, receipt: { revision: last, results: decided.map(({ result }) => result) } };
}

type Unplaced = Omit<DecidedChange, 'revision' | 'n' | 'last'>;

interface DecidedWrite {
  readonly expiry?: Unplaced | undefined;
  readonly change?: Unplaced | undefined;
  readonly result: WriteResult;
}

function decideWrite(write: Write, row: Row | undefined, now: number, cipher: Cipher): DecidedWrite {
  const live = isLive(row, now) ? row : undefined;
  const expiry = row && isDue(row, now) ? deletion(row.key, row.version + 1, now, true) : undefined;
  const version = (row?.version ?? 0) + (expiry ? 2 : 1);
  const result = { key: write.key, version, existed: live !== undefined };
  switch (write.type) {
    case 'set': {
      // A secret that is written anew stays one, unless its writer says otherwise: an old client must not uncover it.
      const { ttl, sensitive = live?.sensitive ?? false } = write;
      const value = sensitive ? cipher.seal({ key: write.key, version }, write.value) : write.value;
      const expiresAt = ttl === undefined ? undefined : now + ttl;
      const change = put(write.key, version, { value, sensitive, ttl, expiresAt }, live, now);
      return { expiry, change, result };
    }
    case 'merge': {
      if (!live) throw new KeyNotFoundError(write.key);
      const { key } = write;
      const before = live.sensitive ? cipher.open(live, live.value) : live.value;
      const merged = encodeJson(mergePatch(decodeJson(key, before), write.patch));
      const value = live.sensitive ? cipher.seal({ key, version }, merged) : merged;
      const expiresAt = write.ttl === undefined ? live.expiresAt : now + write.ttl;
      const { sensitive } = live;
      return {
        change: put(write.key, version, { value, sensitive, ttl: write.ttl, expiresAt }, live, now),
        result,
      };
    }
    case 'delete':
      if (live) return { change: deletion(write.key, version, now, false), result };
      return { expiry, result: { ...result, version: expiry?.version ?? 0 } };
    case 'expire':
      return { expiry, result: { ...result, version: expiry?.version ?? 0 } };
  }
}

interface Content {
  readonly value: StoredValue;
  readonly sensitive: boolean;
  readonly ttl: number | undefined;
  readonly expiresAt: number | undefined;
}

function put(key: string, version: number, content: Content, live: Row | undefined, now: number): Unplaced {
  return { type: live ? 'updated' : 'created', key, version, ...content, expired: false, at: now };
}

function deletion(key: string, version: number, now: number, expired: boolean): Unplaced {
  const nothing = { value: undefined, sensitive: false, ttl: undefined, expiresAt: undefined };
  return { type: 'deleted', key, version, ...nothing, expired, at: now };
}

function place(change: Unplaced, revision: number, n: number, of: number): DecidedChange {
  // Every write comes by here, and a spread of what was made with a spread takes tens of times as long in V8.
  const { type, key, version, value, sensitive, expired, at, ttl, expiresAt } = change;
  return { type, key, version, value, sensitive, expired, at, ttl, expiresAt, revision, n, last: n === of };
}

/** The row of a key after a change of it. */
export function rowAfter(change: Change & { readonly revision: number }, before: Row | undefined): Row {
  const { key, version, revision, value, sensitive, at, expiresAt } = change;
  const createdAt = change.type === 'created' ? at : (before?.createdAt ?? at);
  return { key, version, revision, value, sensitive, createdAt, updatedAt: at, expiresAt };
}

/** The change as watchers see it: a sensitive value stays behind. */
export function changeForWatchers(change: DecidedChange): LoggedChange {
  return change.sensitive ? { ...change, value: undefined } : change;
}
