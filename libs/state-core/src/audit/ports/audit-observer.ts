/** Observes the audit log, to count and log. Must be quick and must not throw. */
export interface AuditObserver {
  /** The sink has kept so many records. */
  kept(records: number): void;

  /** The sink failed; the records wait and are appended again. */
  failed(error: unknown): void;

  /** The sink works again. */
  recovered(): void;

  /** So many records of reads and of refused requests were given up, because too many waited for a sink that fails. */
  dropped(records: number): void;
}
