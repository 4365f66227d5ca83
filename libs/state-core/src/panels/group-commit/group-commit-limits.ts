/** How much goes together. */
export interface GroupCommitLimits {
  /** Batches on their way to the store at once, in each lane. */
  readonly batchesInFlight: number;
  /** Writes of one workspace under way from which on they go in batches beside those of other workspaces; see `Lane`. */
  readonly crowdedFrom: number;
  /** Panels in one batch. */
  readonly panelsPerBatch: number;
  /** Changes of one panel in one batch: deciding them is synchronous, and must not hold up other panels. */
  readonly changesPerPanel: number;
  /** How often a write starts over because another process was faster. */
  readonly attempts: number;
  /** Races lost in a row after which a panel is written exclusively: otherwise the faster process starves the others. */
  readonly lossesBeforeExclusive: number;
}

/** The defaults. */
export const groupCommitDefaults: GroupCommitLimits = {
  batchesInFlight: 2,
  crowdedFrom: 16,
  panelsPerBatch: 64,
  changesPerPanel: 128,
  attempts: 10,
  lossesBeforeExclusive: 2,
};
