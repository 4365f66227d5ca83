import type { FencedLock } from '../../locks/model';
import type { Append, KeyClaim, Panel, WorkspaceKey } from '../../panels/model';

/** A panel of a workspace that is held. */
export interface HeldPanel {
  readonly version: number;
  /** SHA-256 of the canonical state, hex; of a deleted panel, of what it held. */
  readonly checksum: string;
  readonly deleted: boolean;
}

/** A workspace that no other writer can change for now. */
export interface HeldWorkspace {
  /** Every panel that was ever created, deleted ones included, by id. */
  readonly panels: ReadonlyMap<string, HeldPanel>;

  /** The revision that the changes make; as long as nothing was appended, the newest one of the workspace. */
  revision(): Promise<number>;

  /** Some of its panels whole, deleted ones included, in no particular order; what was never created is left out. */
  read(panelIds: readonly string[]): Promise<readonly Panel[]>;

  /**
   * Appends changes; they become visible with all the others, at the end, and make one revision with them.
   * @param batch based on the versions that are held; a panel is in one batch alone
   */
  append(batch: readonly Append[]): Promise<void>;

  /**
   * Claims the key of a request, together with all that is appended.
   * @returns whether it was free; where not, the work must throw, so that nothing happens
   */
  claim(claim: KeyClaim): Promise<boolean>;

  /**
   * Keeps newer numbers of a lock from being given out until all is visible; called last, as those who want one wait.
   * @throws LockLost where its number is not the newest one, so that nothing happens
   */
  holdLock(lock: FencedLock): Promise<void>;

  /**
   * Keeps a turn from being ended until all is visible; called before anything is appended.
   * @throws TurnEnded where it is not open, so that nothing happens
   */
  holdTurn(turnId: string): Promise<void>;
}

/** Changes a workspace as a whole. */
export interface WorkspaceWriter {
  /**
   * Holds every panel of a workspace, does the work, and makes all that it appended visible as one instant: other writers
   * wait meanwhile, readers see what was before. When the work throws, nothing has happened.
   * @param work may be called again from the beginning, where panels appeared meanwhile
   * @returns what the work answered, and the instant of its changes: RFC 3339, UTC, milliseconds
   * @throws TransactionContention when panels appeared each time; Unavailable when the store is away, or others hold the
   *   panels for too long
   */
  rewrite<T>(
    workspace: WorkspaceKey,
    work: (held: HeldWorkspace) => Promise<T>,
  ): Promise<{ readonly result: T; readonly occurredAt: string }>;
}
