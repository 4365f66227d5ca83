import type { WriteRequest } from '../model';

/** What is done beside the callers of a store: keys whose time has passed are deleted, and old changes forgotten. */
export interface Upkeep {
  /** The store has written a request. */
  written(request: WriteRequest): void;
  /** The store ends. What is under way is done first. */
  close(): Promise<void>;
}
