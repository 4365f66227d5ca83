import type { TokenRequest, TokensTaken } from '../token-bucket';

/**
 * Buckets of tokens that fill steadily, shared by all processes (`takeTokens`). An untouched one is full.
 * Methods throw `Unavailable` when the buckets cannot be reached.
 */
export interface TokenBuckets {
  /**
   * Takes tokens out of a bucket, at one instant: no token is taken twice.
   * @param bucket its name, any text; the same name with another `perSecond` is another bucket
   */
  take(bucket: string, request: TokenRequest): Promise<TokensTaken>;
}
