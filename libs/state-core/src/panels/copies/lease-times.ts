/** How long a process trusts copies after it has asked the store. */
export const leaseMs = 1_000;
/** How long to wait until every lease from before has ended; a little longer, because clocks do not run alike. */
export const tillLeasesEnd = leaseMs * 1.1;
/** How long a suspension lasts. It is renewed as long as copies cannot be renewed. */
export const suspensionMs = 5_000;
/** A suspension counts as over so much before it ends at the store. */
export const suspensionMarginMs = 500;

/** Measures time and waits. */
export interface Clock {
  /** Milliseconds since some instant; never goes back. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The clock of the process, which keeps it from ending for nothing. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
};
