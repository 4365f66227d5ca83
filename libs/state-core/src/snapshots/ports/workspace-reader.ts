import type { JsonObject } from '@nexus-state/documents';
import type { StateContent, WorkspaceKey } from '../../panels/model';
import type { ManifestPanel } from '../model';

/** A panel as a whole workspace was read. */
export interface WorkspacePanel {
  readonly panelId: string;
  readonly version: number;
  /** SHA-256 of the canonical state, hex. */
  readonly checksum: string;
  readonly stateSizeBytes: number;
  /** Undefined when the caller has the state of this checksum already. */
  readonly state: JsonObject | undefined;
  /** The state as JSON, where it is large and there; `state` is then parsed when it is first asked for. */
  readonly largeState?: string;
}

/** When a workspace was read. */
export interface WorkspaceInstant {
  /** Not earlier than any change that was seen: RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** The workspace's newest revision then: all of its changes were seen, and none after it. */
  readonly revision: number;
}

/** A panel as it is now, without its state. */
export interface PresentPanel extends ManifestPanel {
  /** When its version was accepted: RFC 3339, UTC, milliseconds. */
  readonly updatedAt: string;
  readonly stateSizeBytes: number;
}

/** The panels of a workspace at one instant, without their states. */
export interface WorkspaceVersions extends WorkspaceInstant {
  /** Sum of the panels' `stateSizeBytes`. */
  readonly totalSizeBytes: number;
  /** By panel id, deleted ones left out. */
  readonly panels: ReadonlyMap<string, PresentPanel>;
}

/** Reads a workspace whole. Throws `Unavailable` when the store cannot be reached or does not answer in time. */
export interface WorkspaceReader {
  /**
   * Reads every panel of a workspace, deleted ones left out, at one instant: of a change to several panels either
   * all is seen or nothing. An unknown workspace has no panels.
   * @param known checksums the caller has the states of, by panel id: those states are not fetched
   * @param visit gets the panels one after the other, in no particular order; the next one waits for its promise,
   * so that a large workspace is never in memory as a whole. When it throws, reading ends and this throws the same.
   * @returns the instant
   */
  readPanels(
    workspace: WorkspaceKey,
    known: ReadonlyMap<string, string>,
    visit: (panel: WorkspacePanel) => Promise<void>,
  ): Promise<WorkspaceInstant>;

  /** Reads which panels a workspace has, and at which versions, at one instant. An unknown workspace has none. */
  readVersions(workspace: WorkspaceKey): Promise<WorkspaceVersions>;

  /** Reads some panels as they are now, in no particular order; those that are not there are left out. */
  readStates(
    workspace: WorkspaceKey,
    panelIds: readonly string[],
  ): Promise<readonly (WorkspacePanel & Pick<StateContent, 'state' | 'stateText'>)[]>;
}
