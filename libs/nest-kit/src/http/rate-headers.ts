import { type Allowance, bucketSize } from '@nexus-state/state-core';

/** The headers with the current state of a rate limit. */
export type RateHeaders = Record<'ratelimit-policy' | 'ratelimit', string>;

/**
 * The current state of a limit, by draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "user-writes";q=200;w=1` and
 * `RateLimit: "user-writes";r=199;t=1`.
 * @param windowSeconds for how long no more than what is left may be there; where not said, what a bucket takes to fill
 */
export function rateHeaders(
  { policy, perSecond, left }: Allowance,
  windowSeconds = fillSeconds(perSecond),
): RateHeaders {
  return {
    'ratelimit-policy': `"${policy}";q=${bucketSize(perSecond)};w=${fillSeconds(perSecond)}`,
    ratelimit: `"${policy}";r=${left};t=${windowSeconds}`,
  };
}

function fillSeconds(perSecond: number): number {
  return perSecond >= 1 ? 1 : Math.ceil(1 / perSecond);
}
