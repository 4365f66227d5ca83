const second = 1_000_000;

/** A bucket at an instant. */
export interface Bucket {
  readonly tokens: number;
  /** Microseconds, by any clock that the bucket stays with. */
  readonly at: number;
}

/** What is asked of a bucket. */
export interface TokenRequest {
  /** How fast the bucket fills, in tokens a second; above 0. It holds one second's worth, and one token at least. */
  readonly perSecond: number;
  /** With fewer tokens than that, none is taken; at most what the bucket holds. */
  readonly least: number;
  /** How many are taken where they are there; `least` or more. */
  readonly most: number;
}

/** What was taken out of a bucket, and its state after that. */
export interface TokensTaken {
  /** 0, or from `least` to `most`. */
  readonly taken: number;
  /** How many whole tokens are left. */
  readonly left: number;
  /** When `least` tokens will be there the next time, unless others take them: microseconds from now, 0 for now. */
  readonly waitMicros: number;
}

/** How many tokens a bucket holds. @param perSecond how fast it fills */
export function bucketSize(perSecond: number): number {
  return Math.floor(Math.max(1, perSecond));
}

/**
 * Takes tokens out of a bucket that fills steadily: a token bucket. In any time no more are taken than it holds, and what
 * flows in meanwhile. It is full again some time after the last token was taken; it may be forgotten then.
 * @param before the bucket; undefined for a full one
 * @param now microseconds; a clock that was set back costs what would have flowed in
 */
export function takeTokens(
  before: Bucket | undefined,
  now: number,
  { perSecond, least, most }: TokenRequest,
): TokensTaken & { readonly bucket: Bucket } {
  const { tokens: had, at } = before ?? { tokens: Infinity, at: now };
  const there = Math.min(Math.max(1, perSecond), had + (Math.max(0, now - at) * perSecond) / second);
  const taken = there >= least ? Math.min(most, Math.floor(there)) : 0;
  const tokens = there - taken;
  return {
    bucket: { tokens, at: now },
    taken,
    left: Math.floor(tokens),
    waitMicros: Math.max(0, Math.ceil(((least - tokens) * second) / perSecond)),
  };
}
