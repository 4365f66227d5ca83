import { randomUUID } from 'node:crypto';
import type { CacheEpoch, CacheEpochs } from '../panels/ports';

/** The agreement about cached copies in this process: for tests. */
export class MemoryCacheEpochs implements CacheEpochs {
  #epoch: string = randomUUID();
  #server: string | undefined;
  #serverSince = -Infinity;
  #suspendedUntil = -Infinity;

  /** @param now the clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  async read(): Promise<CacheEpoch> {
    const now = this.now();
    return {
      epoch: this.#epoch,
      server: this.#server,
      serverForMs: now - this.#serverSince,
      suspendedForMs: Math.max(0, this.#suspendedUntil - now),
    };
  }

  async suspend(ms: number): Promise<CacheEpoch> {
    if (this.#suspendedUntil <= this.now()) this.#epoch = randomUUID();
    this.#suspendedUntil = Math.max(this.#suspendedUntil, this.now() + ms);
    return this.read();
  }

  async moveTo(server: string, suspendMs: number): Promise<CacheEpoch> {
    if (server === this.#server) return this.read();
    if (this.#server !== undefined) {
      this.#serverSince = this.now();
      this.#suspendedUntil = Math.max(this.#suspendedUntil, this.now() + suspendMs);
    }
    this.#server = server;
    this.#epoch = randomUUID();
    return this.read();
  }
}
