import { listText, membersText } from './json-texts';

/** How often the process samples its event loop, in milliseconds: its measurements include that. */
const resolutionMs = 10;

/** No request should hold the event loop longer, on an ordinary machine that does nothing else. */
const promisedMs = 50;

/**
 * How much longer a test allows: a state of 1 MiB that consists of tiny values needs several steps of this length. Without
 * bounds, one request held the event loop for 15 seconds and more.
 */
const allowance = 10;

/** How long a service held its event loop, and how long a test allows here and now. Both in milliseconds. */
export interface Hold {
  readonly longestMs: number;
  readonly allowedMs: number;
}

/**
 * Measures how long a service holds its event loop. The service measures it by itself, and shows it in its metrics, so the
 * work of the test's own process does not count.
 */
export class LoopWatch {
  /** @param url of the service, e.g. `http://127.0.0.1:8001` */
  constructor(private readonly url: string) {}

  /** Measures the longest hold while some work is done. */
  async holdDuring(work: () => Promise<unknown>): Promise<Hold> {
    const before = yardstickMs();
    // Each look at the metrics begins a new measurement.
    await this.#look();
    await work();
    const longestMs = await this.#look();
    const allowedMs = allowance * Math.max(promisedMs, before, yardstickMs());
    return { longestMs, allowedMs };
  }

  async #look(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const seconds = /^nodejs_eventloop_lag_max_seconds\{.*\} (\S+)$/m.exec(text)?.[1];
    if (seconds === undefined) throw new Error('The metrics do not show the lag of the event loop.');
    return Math.max(0, Number(seconds) * 1000 - resolutionMs);
  }
}

const largeObject = membersText(60_000, () => '1');
const largeList = listText(300_000, (index) => String(index % 10));

/**
 * The time that this process needs for one step of a large state at this moment: to parse and write a state of about 1 MiB. A
 * machine that is slow, or busy with other work, slows the service down as much.
 */
function yardstickMs(): number {
  const started = performance.now();
  for (const text of [largeObject, largeList]) JSON.stringify(JSON.parse(text));
  return performance.now() - started;
}
