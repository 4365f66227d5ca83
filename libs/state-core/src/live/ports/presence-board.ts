import type { JsonValue } from '@nexus-state/documents';
import type { PanelKey, WorkspaceKey } from '../../panels/model';

/** A connection that takes part in a panel, and what it shows there. */
export interface PresenceMember {
  /** Names the connection; no other one anywhere has the same id. */
  readonly connectionId: string;
  /** Who is connected. */
  readonly userId: string;
  /** What they show: a cursor, a selection, a name. */
  readonly data: JsonValue;
}

/** Receives what other gateways do on the board: possibly late, twice, or not at all. */
export interface PresenceListener {
  /** Another gateway shows something else in a panel. */
  onChange(panelId: string): void;

  /** The board was away, and what changed meanwhile was not reported. */
  onGap(): void;
}

/** What renewing a lease has found out. */
export interface LeaseRenewal {
  /** The lease is a new one: nothing that this gateway has put is on the board any longer, and it has to be put again. */
  readonly fresh: boolean;
  /** The lease of another gateway has ended: what it showed is gone from the board. Listeners are not notified of that. */
  readonly othersGone: boolean;
}

/**
 * Where the gateways show each other who is present. Each gateway shows its own connections and holds a lease; what a
 * gateway has put is gone when its lease ends. Nothing here is durable. Methods throw `Unavailable` when the board cannot
 * be reached, or, `put`, when no lease is held yet.
 */
export interface PresenceBoard {
  /** Takes the lease, or holds on to it. To be called several times within the term of the lease. */
  renew(): Promise<LeaseRenewal>;

  /**
   * Replaces what this gateway shows in a panel, and notifies the others. It is kept for five minutes at least; to stay longer,
   * it has to be put again.
   * @param members all of this gateway's; none to take them away
   */
  put(key: PanelKey, members: readonly PresenceMember[]): Promise<void>;

  /** What the other gateways that hold a lease show in a panel, in no particular order. */
  others(key: PanelKey): Promise<readonly PresenceMember[]>;

  /** The panels of a workspace that may have members: all that have, and possibly others. */
  panels(workspace: WorkspaceKey): Promise<readonly string[]>;

  /**
   * Listens to one workspace: receives what other gateways put after this has resolved. A listener that throws does not
   * affect the others.
   * @returns stops listening; a second call does nothing
   */
  listen(workspace: WorkspaceKey, listener: PresenceListener): Promise<() => Promise<void>>;

  /** Gives the lease back: what this gateway shows is gone once the others have renewed theirs. */
  leave(): Promise<void>;
}
