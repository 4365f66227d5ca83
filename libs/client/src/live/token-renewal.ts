import type { TokenSource } from '../http/token-source';

/** The longest time that timers of JavaScript can wait. */
const longestMs = 2 ** 31 - 1;
const againMs = 2_000;

/** Sends a fresh token before the one that a connection has expires, so that the connection stays. */
export class TokenRenewal {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tokens: TokenSource,
    private readonly send: (token: string) => Promise<unknown>,
  ) {}

  start(): void {
    this.stop();
    const dueMs = this.tokens.renewInMs;
    if (dueMs === undefined) return;
    this.#timer = setTimeout(() => void this.#renew(), Math.min(Math.max(dueMs, 0), longestMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #renew(): Promise<void> {
    const timer = this.#timer;
    try {
      await this.send(await this.tokens.get());
      if (timer === this.#timer) this.start();
    } catch {
      // Where it does not come in time the connection ends, and the next one begins with a fresh token.
      if (timer === this.#timer) this.#timer = setTimeout(() => void this.#renew(), againMs);
    }
  }
}
