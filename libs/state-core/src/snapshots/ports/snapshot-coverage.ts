import type { WorkspaceKey } from '../../panels/model';
import type { UncoveredChanges } from '../model';

/** How much there is in a workspace, and how much of it is in snapshots. */
export interface WorkspaceCount {
  /** Every change there ever was, of deleted panels, too. It only grows. */
  readonly changes: number;
  /** Panels that are not deleted. */
  readonly panels: number;
  /** So many of the changes are in the newest snapshot. */
  readonly covered: number;
  /** The workspace's newest revision: all changes that were not counted come behind it. */
  readonly revision: number;
}

/** What a snapshot holds of a workspace's changes. */
export interface Covered {
  /** So many of them at least. */
  readonly changes: number;
  /** The instant whose panels it holds: RFC 3339. */
  readonly at: string;
  /** All changes that it does not hold come behind this revision; where it is not known, behind that of the snapshot before. */
  readonly revision?: number | undefined;
}

/**
 * Up to where snapshots cover the changes of workspaces. Methods throw `Unavailable` when the store cannot be reached or
 * does not answer in time.
 */
export interface SnapshotCoverage {
  /** Counts what is in a workspace now; an unknown one has nothing. */
  count(workspace: WorkspaceKey): Promise<WorkspaceCount>;

  /** Notes what a snapshot holds; one that holds less than is covered already changes nothing. */
  cover(workspace: WorkspaceKey, covered: Covered): Promise<void>;

  /**
   * Looks at what was changed since the instant of the newest snapshot. Cheap, however much there is.
   * @param limit looks at most at so many changes, the newest ones
   */
  uncovered(workspace: WorkspaceKey, limit: number): Promise<UncoveredChanges>;

  /**
   * Brings the list of workspaces that are due up to date with what was changed since this was last done. Costs as much
   * as was changed, not as there is.
   * @param signal ends it in the middle; the next time begins where this one did
   */
  noteChanges(signal: AbortSignal): Promise<void>;

  /** The workspaces with noted changes that no snapshot covers, by owner and id; none that was deleted. */
  listDue(page: {
    readonly limit: number;
    readonly after?: WorkspaceKey | undefined;
  }): Promise<readonly WorkspaceKey[]>;
}
