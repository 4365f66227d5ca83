import type { JsonObject } from '../json';
import type { Change, ChangeType, Origin, Panel, StateContent } from '../panel';
import type { JsonPatch } from '../patch';

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
}

/**
 * Looks at a panel and decides on a change. Called again with a newer panel when another writer was faster, so it
 * must do nothing but decide.
 * @param current the newest panel, deleted ones included; undefined where it was never created
 * @throws StateError to refuse
 */
export type Decide = (current: Tip | undefined) => Proposal;

/** A change that is durable, and the panel as it left it. */
export interface Accepted {
  readonly change: Change;
  readonly panel: Panel;
}
