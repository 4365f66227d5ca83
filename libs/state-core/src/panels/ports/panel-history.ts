import type { JsonText } from '@nexus-state/documents';
import type { FullCopy, HistoryStep } from '../history';
import type { PanelKey, WorkspaceKey } from '../model';
import type { PanelListQuery, PanelSummary } from './panel-store';

/** A full copy as it is stored. */
export type StoredCopy = Pick<FullCopy, 'version'> & { readonly state: JsonText };

/** A change as it is stored. */
export type StoredStep = Omit<HistoryStep, 'patch'> & { readonly patch: JsonText };

/** What a version of a panel is rebuilt from. */
export interface RebuildSource {
  /** The full copy the rebuilding begins with; undefined where the steps reach back to the panel's creation. */
  readonly copy: StoredCopy | undefined;
  /** The changes after the copy up to the version, oldest first; at most 50. */
  readonly steps: readonly StoredStep[];
  /** When the version was accepted. */
  readonly occurredAt: string;
  /** Whether the panel was deleted with this version. */
  readonly deleted: boolean;
}

/** Which panels of a past workspace to list. */
export interface PastPanelsQuery extends PanelListQuery {
  /** The revision whose changes are the last ones that count. */
  readonly revision: number;
}

/** A panel as it was. */
export interface PastPanel extends Omit<PanelSummary, 'stateSizeBytes'> {
  /** SHA-256 of the canonical state, hex. */
  readonly checksum: string;
  /** Undefined where a release before wrote the version: history did not have it then. */
  readonly stateSizeBytes: number | undefined;
}

/** The past of panels. Methods throw `Unavailable` when the store cannot be reached. */
export interface PanelHistory {
  /** What a version is rebuilt from; undefined when the panel never had it. */
  rebuildSource(key: PanelKey, version: number): Promise<RebuildSource | undefined>;

  /** The newest version that was accepted at or before an instant (RFC 3339); 0 when there was none. */
  versionAt(key: PanelKey, instant: string): Promise<number>;

  /** The visible panels of a workspace as they were at a revision that it has reached, by id, without deleted ones. */
  panelsAt(workspace: WorkspaceKey, query: PastPanelsQuery): Promise<readonly PastPanel[]>;
}
