import type { ThinningStage } from '../model';

/**
 * Thins out the rows of automatic snapshots; their commits stay. Methods throw `Unavailable` when the store cannot be
 * reached or does not answer in time.
 */
export interface SnapshotRetention {
  /** When all stages were last done: RFC 3339; undefined for never. */
  lastThinned(): Promise<string | undefined>;

  /**
   * Removes what a stage does not keep; snapshots of other types are not touched.
   * @param signal ends the work between two batches; what was removed stays removed
   * @returns how many rows were removed
   */
  thin(stage: ThinningStage, signal: AbortSignal): Promise<number>;

  /** Notes when all stages were done. */
  noteThinned(at: string): Promise<void>;
}
