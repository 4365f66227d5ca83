import type { JsonValue } from '@nexus-state/documents';
import type { Abortable, Fenced } from '../rest/workspace-routes';

/** What a key holds: bytes, or JSON. */
export type KeyValue = JsonValue | Uint8Array;

/** A key of a list. Instants are RFC 3339, UTC. */
export interface ListedKey {
  readonly key: string;
  readonly version: number;
  /** The revision of its last change. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
  /** Its value is not shown. */
  readonly sensitive?: true;
  /** Only where values were asked for. */
  readonly value?: KeyValue;
}

/** What a key holds, and since when. */
export interface KeyEntry extends ListedKey {
  readonly value: KeyValue;
}

/** A change of a key. */
export interface KeyEvent {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly key: string;
  readonly version: number;
  /** What the key holds after the change; undefined after a deletion, and where the value is sensitive. */
  readonly value: KeyValue | undefined;
  readonly revision: number;
  /** Where to resume after this event: give it as `since`. */
  readonly cursor: string;
  readonly at: string;
  /** The key was deleted because its time to live had passed. */
  readonly expired?: true;
  readonly sensitive?: true;
}

export interface TtlOptions extends Fenced {
  /** Milliseconds until the key is deleted. */
  readonly ttl?: number;
}

export interface UpdateOptions extends TtlOptions {
  /** The version that the key must have. */
  readonly version?: number;
}

export interface DeleteKeyOptions extends Fenced {
  /** The version that the key must have. */
  readonly version?: number;
}

export interface SetOptions extends TtlOptions {
  /** Keeps the value from watchers and lists. */
  readonly sensitive?: boolean;
}

export interface KeyListOptions extends Abortable {
  /** Keys of a page, 1 to 1,000. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Whether the keys come with their values. */
  readonly values?: boolean;
}

export interface WatchOptions extends Abortable {
  /** A revision, whose own changes are left out, or the `cursor` of an event. Without it, from now on. */
  readonly since?: number | string;
}

/** An operation of a transaction of keys. */
export type KeyOperation =
  | { readonly type: 'checkVersion'; readonly key: string; readonly version: number }
  | {
      readonly type: 'set';
      readonly key: string;
      readonly value: KeyValue;
      readonly ttl?: number;
      readonly sensitive?: boolean;
    }
  | { readonly type: 'delete'; readonly key: string };

/** What came of a transaction of keys. */
export interface KeyTransactionDone {
  /** The revision of the transaction; the current one where it changed nothing. */
  readonly revision: number;
  /** For each operation the version of its key afterwards. */
  readonly results: readonly { readonly key: string; readonly version: number }[];
}
