import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import type { Change, ChangeType, UndatedChange, Origin, Panel, StateContent } from '../model';
import type { Context } from './contexts';

/** What a writer decides by: the panel as it stands, or as the changes before it in a chain will leave it. */
export interface Tip {
  readonly version: number;
  readonly state: JsonObject;
  readonly deleted: boolean;
}

/** The change that a writer wants to make of the panel it was shown. */
export interface Proposal extends Origin {
  readonly changeType: ChangeType;
  /** What the panel holds afterwards; for a deletion, what it held. */
  readonly content: StateContent;
  /** Leads from the state it was shown to the new one. */
  readonly patch: JsonPatch;
  /** The version its author was looking at, where it was merged with changes since. */
  readonly baseVersion?: number;
}

/**
 * Looks at a panel and decides on a change. Called again with a newer panel when another writer was faster, so it
 * must do nothing but decide.
 * @param current the newest panel, deleted ones included; undefined where it was never created
 * @throws StateError to refuse
 */
export type Decide = (current: Tip | undefined, recent: RecentChanges) => Proposal;

/** The newest changes of a panel, as far as they are at hand while it is being written. */
export interface RecentChanges {
  /** Without gaps, oldest first; the last one led to the panel that is being decided on. May be empty. */
  readonly newest: readonly UndatedChange[];
}

/** A change that is durable, and the panel as it left it. */
export interface Accepted {
  readonly change: Change;
  readonly panel: Panel;
  /** Whose it is, where that is known; else it belongs to whoever is being served. */
  readonly context?: Context | undefined;
}

/** What a write comes to. */
export interface Written {
  readonly change: Change;
  /** Whether the change was made by an earlier request with the same idempotency key. */
  readonly replayed: boolean;
}
