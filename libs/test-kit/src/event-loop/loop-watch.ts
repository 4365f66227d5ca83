import path from 'node:path';
import type { ServiceProcess } from '../service-process';
import { listText, membersText } from './json-texts';

/** No request should hold the event loop longer, on a processor that needs `referenceMs` for the yardstick. */
const promisedMs = 50;

/** What the yardstick takes on an ordinary machine. */
const referenceMs = 60;

/** What measuring, the collection of garbage and a processor that is shared add, as a factor. */
const tolerance = 2;

const probe = path.resolve(__dirname, '../../probe/loop-probe.cjs');

/** What a service must be started with, in its environment, so that `LoopWatch` can measure it. */
export const loopProbe = { NODE_OPTIONS: `--require ${probe}` };

/** How long a service held its event loop, and how long a test allows here and now. Both in milliseconds. */
export interface Hold {
  readonly longestMs: number;
  readonly allowedMs: number;
}

/**
 * Measures how long a service holds its event loop: the longest time that its thread computes in one go. The time of the
 * processor counts, so that other processes on a busy machine do not.
 */
export class LoopWatch {
  readonly #port: string;

  /** @param service one that was started with `loopProbe` */
  constructor(service: ServiceProcess) {
    const port = /^loop probe on port (\d+)\.$/m.exec(service.output())?.[1];
    if (port === undefined) throw new Error('The service was started without the probe.');
    this.#port = port;
  }

  /** Measures the longest hold while some work is done. */
  async holdDuring(work: () => Promise<unknown>): Promise<Hold> {
    const before = yardstickMs();
    // Each look begins a new measurement.
    await this.#look();
    await work();
    const longestMs = await this.#look();
    const slowness = Math.max(1, Math.max(before, yardstickMs()) / referenceMs);
    return { longestMs, allowedMs: tolerance * promisedMs * slowness };
  }

  async #look(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}`);
    return ((await answer.json()) as { readonly longestMs: number }).longestMs;
  }
}

const largeObject = membersText(60_000, () => '1');
const largeList = listText(300_000, (index) => String(index % 10));

/**
 * The time that a processor needs here and now to parse and write a state of about 1 MiB: on a slow processor, or one that
 * is shared, the service needs as much longer.
 */
function yardstickMs(): number {
  const started = process.cpuUsage();
  for (const text of [largeObject, largeList]) JSON.stringify(JSON.parse(text));
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}
