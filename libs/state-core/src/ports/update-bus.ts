import type { Change, PanelKey, WorkspaceKey } from '../panels/model';
import type { WorkspaceEvent } from '../workspaces';

/** Receives what is published about a workspace: possibly late, twice, out of order, or not at all. */
export interface UpdateListener {
  /** A change was published. @param alone whether it made its revision alone, as far as that is known */
  onChange(change: Change, alone: boolean): void;

  /**
   * A change was published that is not sent along, because it is too large: its panel has reached this version, and the workspace
   * this revision, which history has. A process of the release before names no revision.
   */
  onReached(key: PanelKey, version: number, revision: number | undefined): void;

  /** Something happened to the workspace as a whole. An event that is lost is not sent again. */
  onEvent(event: WorkspaceEvent): void;

  /** The bus was away, and what was published meanwhile is lost: time to read history. */
  onGap(): void;
}

/**
 * Carries accepted changes between processes. Only a hint: history is the truth, and a listener that misses a change
 * reads it there. Methods throw `Unavailable` when the bus cannot be reached.
 */
export interface UpdateBus {
  /** Publishes a change to every listener of its workspace. @param alone whether it made its revision alone */
  publish(change: Change, alone?: boolean): Promise<void>;

  /** Publishes an event to every listener of its workspace. */
  announce(event: WorkspaceEvent): Promise<void>;

  /**
   * Listens to one workspace: receives what is published after this has resolved. A bus that is just connecting is
   * waited for, a few seconds at most. A listener that throws does not affect the others.
   * @returns stops listening; a second call does nothing
   */
  subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>>;
}
