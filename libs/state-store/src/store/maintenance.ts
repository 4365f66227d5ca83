import type { Receipt, WriteRequest } from '../model';
import { type Retention, defaultRetention } from './backend';
import { Sweeper } from './sweeper';
import type { Upkeep } from './upkeep';

/** Keys that one step of a sweep deletes. */
const sweepSize = 128;
const longestPauseMs = 60_000;

export interface MaintenanceOptions {
  readonly retention?: Retention | undefined;
  /** The longest pause between two looks for keys whose time has passed; undefined where this process alone writes. */
  readonly sweepIntervalMs?: number | undefined;
}

/** What upkeep needs of a backend. */
export interface Maintained {
  /** Keys whose time has passed, at most `limit`, and when the next one after those is due, in milliseconds from now. */
  due(limit: number): Promise<{ readonly keys: readonly string[]; readonly nextInMs: number | undefined }>;
  /** Forgets changes that are older, or more, than are to be kept. */
  compact(): Promise<void>;
}

/** The upkeep of a store that has its backend for itself. */
export class Maintenance implements Upkeep {
  readonly #sweeper: Sweeper;
  readonly #compactAfter: number;
  readonly #timer: NodeJS.Timeout;
  #written = 0;
  #compacting: Promise<void> | undefined;

  constructor(
    private readonly backend: Maintained,
    private readonly write: (request: WriteRequest) => Promise<Receipt>,
    { retention = {}, sweepIntervalMs }: MaintenanceOptions,
  ) {
    const { maxChanges, maxAgeMs } = { ...defaultRetention, ...retention };
    this.#compactAfter = Math.max(1, Math.floor(maxChanges / 10));
    this.#sweeper = new Sweeper(() => this.#sweep(), sweepIntervalMs);
    // What an earlier process left behind may be due.
    this.#sweeper.expect(0);
    this.#timer = setInterval(() => this.#compact(), Math.min(longestPauseMs, Math.max(1, maxAgeMs / 10)));
    this.#timer.unref?.();
  }

  /** A request was written. */
  written({ writes }: WriteRequest): void {
    for (const write of writes) {
      if ('ttl' in write && write.ttl !== undefined) this.#sweeper.expect(write.ttl);
    }
    this.#written += writes.length;
    if (this.#written >= this.#compactAfter) this.#compact();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeper.close();
    await this.#compacting;
  }

  async #sweep(): Promise<number | undefined> {
    const { keys, nextInMs } = await this.backend.due(sweepSize);
    if (keys.length > 0) {
      // One request each: a deletion by its time is a change of its own.
      await Promise.all(
        keys.map((key) => this.write({ checks: [], writes: [{ type: 'expire' as const, key }] })),
      );
    }
    return keys.length === sweepSize ? 0 : nextInMs;
  }

  #compact(): void {
    if (this.#compacting) return;
    this.#written = 0;
    // A backend that is away keeps more than it has to until the next time.
    this.#compacting = this.backend
      .compact()
      .catch(() => undefined)
      .then(() => {
        this.#compacting = undefined;
      });
  }
}
