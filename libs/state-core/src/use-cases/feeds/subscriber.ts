import type { Change, Panel, PanelKey } from '../../panels/model';
import type { PresenceMember } from '../../ports';
import type { WorkspaceEvent } from '../../workspaces';

/** What a subscriber gets to know of a panel. */
export type PanelFeedEvent =
  /** The panel as it is, where a subscriber begins without having seen it. */
  | { readonly kind: 'sync'; readonly panel: Panel }
  /** The next change of the panel, whatever it did. */
  | { readonly kind: 'change'; readonly change: Change };

/** What a subscriber gets to know. */
export type FeedEvent =
  | PanelFeedEvent
  /** What happened to the workspace as a whole: only for those who follow, and reach, all of it. */
  | { readonly kind: 'workspace'; readonly event: WorkspaceEvent };

/** Who is present in a panel now: everybody, whatever was said before. */
export interface PresenceEvent {
  readonly kind: 'presence';
  readonly key: PanelKey;
  /** Ordered by their connection ids. */
  readonly members: readonly PresenceMember[];
}

/** Whatever is sent to subscribers. */
export type LiveEvent = FeedEvent | PresenceEvent;

/** Somebody who listens on a live connection. The same object is the same subscriber. */
export interface Subscriber {
  /** The connection, as its outlet knows it; no other one anywhere has the same. */
  readonly id: string;
  readonly outlet: Outlet;

  /**
   * Whether the connection can take more now. Asked before everything that is sent. Once it has said no, it says so until
   * it has taken enough of what waits for it, and then has to be reported with `drained`.
   */
  takesMore(): boolean;
}

/** The way out to all subscribers of one door. */
export interface Outlet {
  /**
   * Hands on one event to some subscribers, in the order of the calls, and without waiting for any of them. Called once
   * for each event however many they are, so that it is made into text once. Must not throw.
   * @param to at least one; the set belongs to the caller and changes later
   */
  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void;
}

/** A subscription that stands, and waits to begin. */
export interface Following {
  /** The version the panel is at; undefined for a whole workspace. */
  readonly version: number | undefined;

  /** Lets events flow: what the subscriber begins with first. Nothing is sent before, so that a door can answer. */
  begin(): void;

  /** Ends the subscription, begun or not; nothing is sent afterwards. Twice is harmless. */
  stop(): void;
}
