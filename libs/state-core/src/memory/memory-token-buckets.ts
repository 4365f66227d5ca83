import type { TokenBuckets } from '../limits/ports';
import { type Bucket, type TokenRequest, type TokensTaken, takeTokens } from '../limits';

/** Buckets in this process: for tests. */
export class MemoryTokenBuckets implements TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /** @param now microseconds */
  constructor(private readonly now: () => number = () => Math.floor(performance.now() * 1000)) {}

  async take(bucket: string, request: TokenRequest): Promise<TokensTaken> {
    const key = `${request.perSecond}/${bucket}`;
    const { bucket: after, ...taken } = takeTokens(this.#buckets.get(key), this.now(), request);
    this.#buckets.set(key, after);
    return taken;
  }
}
