import type { JsonText } from '@nexus-state/documents';
import type { FullCopy, HistoryStep } from '../history';
import type { PanelKey } from '../model';

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

/** The past of panels. Methods throw `Unavailable` when the store cannot be reached. */
export interface PanelHistory {
  /** What a version is rebuilt from; undefined when the panel never had it. */
  rebuildSource(key: PanelKey, version: number): Promise<RebuildSource | undefined>;

  /** The newest version that was accepted at or before an instant (RFC 3339); 0 when there was none. */
  versionAt(key: PanelKey, instant: string): Promise<number>;
}
