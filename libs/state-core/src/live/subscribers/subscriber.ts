import type { Change, Panel, PanelKey } from '../../panels/model';
import type { WorkspaceEvent } from '../../workspaces';
import type { PresenceMember } from '../ports';

/** What a subscriber is sent about the state of a panel. */
export type PanelFeedEvent =
  /** The panel as it is, where a subscriber begins without having seen it. */
  | { readonly kind: 'sync'; readonly panel: Panel }
  /** The next change of the panel, of any type. */
  | { readonly kind: 'change'; readonly change: Change };

/** What a subscriber is sent about panels and their workspace. */
export type FeedEvent =
  | PanelFeedEvent
  /** Something happened to the workspace as a whole: only for subscribers that follow, and reach, all of it. */
  | { readonly kind: 'workspace'; readonly event: WorkspaceEvent };

/** Who is present in a panel now: the complete list, which replaces the one before. */
export interface PresenceEvent {
  readonly kind: 'presence';
  readonly key: PanelKey;
  /** Ordered by their connection ids. */
  readonly members: readonly PresenceMember[];
}

/** Everything that is sent to subscribers. */
export type LiveEvent = FeedEvent | PresenceEvent;

/** One live connection. The same object is the same subscriber. */
export interface Subscriber {
  /** Names the connection; no other one anywhere has the same id. */
  readonly id: string;
  readonly broadcaster: Broadcaster;

  /**
   * Whether the connection can take more now. Asked before everything that is sent. Once it has returned false, it does so
   * until enough of its backlog is written, and the owner of the connection then calls `LiveHub.onDrain`.
   */
  isWritable(): boolean;
}

/** Sends events to the subscribers of one transport. */
export interface Broadcaster {
  /**
   * Sends one event to some subscribers, in the order of the calls, and without waiting for any of them. Called once for
   * each event however many they are, so that it is serialized once. Must not throw.
   * @param to at least one; the set belongs to the caller and changes later
   */
  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void;
}

/** What of a workspace a subscriber may see. */
export interface Reach {
  /** Whether it may see a panel. */
  readonly panel: (panelId: string) => boolean;
  /** Whether it may see all there is, and so what happens to the workspace as a whole. */
  readonly whole: boolean;
}
