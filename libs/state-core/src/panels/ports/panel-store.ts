import type { FencedLock } from '../../locks/model';
import type { VisiblePanels } from '../../workspaces/access';
import type {
  Append,
  AppendOutcome,
  BuildAppend,
  BuildTogether,
  Change,
  ExpectedPanel,
  IdempotentRequest,
  KeptResponse,
  Panel,
  PanelKey,
  Together,
  WorkspaceClaim,
  WorkspaceKey,
} from '../model';
import type { FeedFilter } from './change-feed';

/** Which changes of a panel's history to read. */
export interface HistoryQuery {
  /** At most so many, newest first; fewer where they are large (`maxPageBytes`). */
  readonly limit: number;
  readonly offset: number;
  /** Only changes up to this version. */
  readonly upTo?: number | undefined;
  /** Only changes at or after this instant (RFC 3339). */
  readonly since?: string | undefined;
  /** Only changes at or before this instant (RFC 3339). */
  readonly until?: string | undefined;
  /** Only changes that pass. */
  readonly filter?: Omit<FeedFilter, 'panels'> | undefined;
}

/** A change as history has it. */
export interface HistoryEntry extends Change {
  /** Names the change; opaque. */
  readonly id: string;
}

/** A page of a panel's history. */
export interface HistoryPage {
  /** How many changes match, over all pages. */
  readonly totalChanges: number;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

/** Which panels of a workspace to list. */
export interface PanelListQuery {
  /** What the caller can see: other panels do not count. */
  readonly visible: VisiblePanels;
  /** At most so many. */
  readonly limit: number;
  /** Only panels behind this id. */
  readonly after?: string | undefined;
}

/** A panel in a listing. */
export interface PanelSummary {
  readonly panelId: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly stateSizeBytes: number;
}

/**
 * Where panels and their history live: the truth, durable once it answers.
 * Every method throws `Unavailable` when the store cannot be reached or does not answer in time.
 */
export interface PanelStore {
  /** The panel at its newest version, a deleted one included; undefined where it was never created. */
  read(key: PanelKey): Promise<Panel | undefined>;

  /** Panels of one workspace as `read` gives them, by id, at one instant; those that were never created are left out. */
  readMany(workspace: WorkspaceKey, panelIds: readonly string[]): Promise<ReadonlyMap<string, Panel>>;

  /**
   * Appends changes to panels: each entry is a compare-and-set on its panel's version, panel and history together
   * or not at all, in one statement, and with them the keys that the entry claims. Each change makes a revision of its workspace. Entries are independent: one may win
   * while another misses. A newer number of an entry's lock is given out only once the entry is durable.
   * @param batch at most one entry a panel
   * @returns one outcome for each entry, in the order given
   */
  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /**
   * Appends to one panel while every other writer of it waits: for a writer that lost too many races, slower for all.
   * @returns undefined when nothing was to be appended; a mismatch only where the panel was never created before
   */
  appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined>;

  /**
   * Appends changes to several panels of a workspace as one: all of them, if every panel is at its expected version and so is
   * every panel that is only checked, else none. They make one revision, and are numbered in it by panel id and version.
   * @param batch at most one entry a panel
   * @param checks panels that are not changed
   * @param claim a key that is claimed together with the changes, where there is one; its answer gets the `revision`, too
   * @param lock what all of it is done under, where there is one
   * @param more the turn that it belongs to, and what happens with it, where there is something
   */
  appendTogether(
    batch: readonly Append[],
    checks: readonly ExpectedPanel[],
    claim?: WorkspaceClaim,
    lock?: FencedLock,
    more?: Pick<Together, 'turnId' | 'companion'>,
  ): Promise<AppendOutcome>;

  /**
   * The same while every other writer of these panels waits: for a transaction that lost too many races, slower for all.
   * @returns undefined when nothing was to be appended; a mismatch only where one of the panels was never created before
   */
  appendTogetherExclusively(
    workspace: WorkspaceKey,
    panelIds: readonly string[],
    build: BuildTogether,
  ): Promise<AppendOutcome | undefined>;

  /** Takes note of when panels were last read; never back in time. */
  touch(accesses: readonly { readonly key: PanelKey; readonly at: string }[]): Promise<void>;

  /**
   * What is kept under the key of a request, or undefined where the key is free.
   * @param panelIds the panels that the request changes
   */
  findKept(
    workspace: WorkspaceKey,
    request: IdempotentRequest,
    panelIds: readonly string[],
  ): Promise<KeptResponse | undefined>;

  /** The changes after a version, oldest first, at most `limit` of them; fewer where they are large (`maxPageBytes`). */
  changesSince(key: PanelKey, version: number, limit: number): Promise<readonly Change[]>;

  /** A page of a panel's history, newest first; an empty one where it was never created. */
  history(key: PanelKey, query: HistoryQuery): Promise<HistoryPage>;

  /** The visible panels of a workspace, ordered by id, without deleted ones. */
  list(workspace: WorkspaceKey, page: PanelListQuery): Promise<readonly PanelSummary[]>;
}
