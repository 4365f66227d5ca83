/** What all processes agree on about the cached copies of panels. */
export interface CacheEpoch {
  /** Names the epoch; no other one ever has its name. A copy is only trusted in the epoch that it was written in. */
  readonly epoch: string;
  /** The server that holds the copies (`PanelCache.server`); undefined before the first one. */
  readonly server: string | undefined;
  /** For how long this has been the server, in milliseconds; infinite for the first one. */
  readonly serverForMs: number;
  /** For how long yet no copy may be trusted, in milliseconds; 0 when copies may be trusted. */
  readonly suspendedForMs: number;
}

/**
 * The agreement of all processes about the cached copies of panels, kept where the panels are: a process that cannot
 * reach the cache can still make all others distrust it. Each method answers once its result is durable and visible
 * to every later call in any process. Methods throw `Unavailable` when the store cannot be reached or does not answer in
 * time.
 */
export interface CacheEpochs {
  /** The agreement as it is. */
  read(): Promise<CacheEpoch>;

  /**
   * Suspends the trust in copies. Begins an epoch, unless copies are suspended already: no process has trusted any in the
   * present epoch then.
   * @param ms for how long from now on; a longer suspension stays as it is
   */
  suspend(ms: number): Promise<CacheEpoch>;

  /**
   * Records the server that holds the copies, and begins an epoch, unless that server is recorded already.
   * @param suspendMs for how long copies are suspended; not at all for the first server
   */
  moveTo(server: string, suspendMs: number): Promise<CacheEpoch>;
}
