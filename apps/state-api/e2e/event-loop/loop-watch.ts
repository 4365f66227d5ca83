/** How often the process itself looks, in milliseconds: what it measures includes that. */
const resolutionMs = 10;

/**
 * Tells how long a service has held its event loop. The process measures it by itself, and says it in its metrics, so what
 * the process of the test does meanwhile counts for nothing.
 */
export class LoopWatch {
  /** @param url of the service, e.g. `http://127.0.0.1:8001` */
  constructor(private readonly url: string) {}

  /** The longest that the event loop was held while some work was done, in milliseconds. */
  async longestHoldDuring(work: () => Promise<unknown>): Promise<number> {
    // Each look at the metrics begins a new measurement.
    await this.#look();
    await work();
    return this.#look();
  }

  async #look(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const seconds = /^nodejs_eventloop_lag_max_seconds\{.*\} (\S+)$/m.exec(text)?.[1];
    if (seconds === undefined) throw new Error('The metrics do not tell how long the event loop was held.');
    return Math.max(0, Number(seconds) * 1000 - resolutionMs);
  }
}
