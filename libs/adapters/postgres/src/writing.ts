/** When changes happen, and their place in the feed. */
export interface Moment {
  /** RFC 3339, UTC, milliseconds. */
  readonly now: string;
  /** The revision of their workspace, which this transaction has taken. */
  readonly revision: number;
  /** The place of the first change among those of the revision. */
  readonly ordinal: number;
}

/** How changes are written: each as a revision of its own, as one together, or at a moment that is given. */
export type Writing = 'each' | 'together' | Moment;

/** What a statement that appends answers for one panel; where its lock is lost, without instant and revision. */
export interface WrittenRow {
  owner: string;
  workspaceId: string;
  panelId: string;
  updatedAt: Date | null;
  revision: string | null;
}
