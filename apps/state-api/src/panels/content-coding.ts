import { type KeptReading, textOf } from '@nexus-state/state-core';
import { isKnown } from './expectation-of';

/** What the answer depends on beside the address, for caches: a large panel may be answered compressed. */
export const variesBy = 'Accept-Encoding';

/** The headers of a request that say which form of a panel it takes. */
export interface FormHeaders {
  readonly 'accept-encoding'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/**
 * A reading in a form that the client accepts: as it is where that is text, or the client accepts its coding. What the client has already is
 * answered without a body, and is not expanded for that.
 */
export async function acceptable(reading: KeptReading, headers: FormHeaders): Promise<KeptReading> {
  const { version, document } = reading;
  if (typeof document === 'string' || acceptsGzip(headers['accept-encoding'])) return reading;
  return {
    ...reading,
    document: isKnown(headers['if-none-match'], version) ? '' : await textOf(document),
  };
}

/**
 * Whether a client prefers gzip, or takes it as gladly as what is not compressed (RFC 9110, section 12.5.3).
 * @param acceptEncoding the header; without one, a client is answered in no coding
 */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  const weights = new Map(acceptEncoding.split(',').map(weightedCoding));
  const weight = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  return weight > 0 && weight >= (weights.get('identity') ?? 0);
}

function weightedCoding(item: string): readonly [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return [coding, weight === undefined ? 1 : Number(weight) || 0];
}
