import fc from 'fast-check';
import { type Bucket, bucketSize, takeTokens } from './token-bucket';

const second = 1_000_000;
const anyRate = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }),
  fc.double({ min: 0.001, max: 50, noNaN: true }),
);

function takeAt(times: readonly number[], perSecond: number, most = 1): number[] {
  let bucket: Bucket | undefined;
  return times.map((now) => {
    const answer = takeTokens(bucket, now, { perSecond, least: 1, most });
    bucket = answer.bucket;
    return answer.taken;
  });
}

describe('a token bucket', () => {
  it('holds one second’s worth, and one token at least', () => {
    expect([200, 1, 2.5, 0.01].map(bucketSize)).toEqual([200, 1, 2, 1]);
  });

  it('gives all it holds at once, and then as fast as it fills', () => {
    expect(takeAt([0, 0, 0, 0], 3)).toEqual([1, 1, 1, 0]);
    expect(takeAt([0, 0, 0, 333_333, 333_334, 333_335], 3)).toEqual([1, 1, 1, 0, 1, 0]);
  });

  it('gives as many as are there, but none where they are too few', () => {
    const first = takeTokens(undefined, 5, { perSecond: 10, least: 1, most: 7 });
    expect(first).toMatchObject({ taken: 7, left: 3, waitMicros: 0 });
    expect(takeTokens(first.bucket, 5, { perSecond: 10, least: 4, most: 9 })).toEqual({
      bucket: first.bucket,
      taken: 0,
      left: 3,
      waitMicros: second / 10,
    });
    expect(takeTokens(first.bucket, 5, { perSecond: 10, least: 1, most: 9 })).toMatchObject({ taken: 3 });
  });

  it('goes on from where it was when the clock is set back', () => {
    const { bucket } = takeTokens(undefined, 3_600 * second, { perSecond: 5, least: 1, most: 3 });
    const back = takeTokens(bucket, 0, { perSecond: 5, least: 3, most: 3 });
    expect(back).toMatchObject({ taken: 0, left: 2, waitMicros: second / 5 });
    expect(takeTokens(back.bucket, second, { perSecond: 5, least: 1, most: 9 })).toMatchObject({ taken: 5 });
  });

  it('never gives more than it holds and what flows in, from any moment to any other', () => {
    const moments = fc.array(
      fc.record({
        pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * second })),
        least: fc.integer({ min: 1, max: 5 }),
        more: fc.integer({ min: 0, max: 1000 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(anyRate, moments, (perSecond, requests) => {
        const size = bucketSize(perSecond);
        let bucket: Bucket | undefined;
        let now = 1_700_000_000 * second;
        const log: { at: number; taken: number }[] = [];
        for (const { pause, least, more } of requests) {
          now += pause;
          const asked = Math.min(least, size);
          const request = { perSecond, least: asked, most: asked + more };
          const answer = takeTokens(bucket, now, request);
          const { taken } = answer;
          expect(taken === 0 || (taken >= request.least && taken <= request.most)).toBe(true);
          bucket = answer.bucket;
          log.push({ at: now, taken });
        }
        for (const [first, { at: begin }] of log.entries()) {
          let sum = 0;
          for (const { at, taken } of log.slice(first)) {
            sum += taken;
            const most = Math.max(perSecond, 1) + ((at - begin) / second) * perSecond;
            expect(sum).toBeLessThanOrEqual(most + 1e-3);
          }
        }
      }),
    );
  });

  it('has what was asked for once the time it named is over, and not before', () => {
    fc.assert(
      fc.property(anyRate, fc.integer({ min: 1, max: 500 }), fc.nat(1000), (perSecond, wanted, spent) => {
        const least = Math.min(wanted, bucketSize(perSecond));
        const { bucket } = takeTokens(undefined, 0, { perSecond, least: 1, most: 1 + spent });
        const request = { perSecond, least, most: least };
        const { waitMicros, taken } = takeTokens(bucket, 0, request);
        if (taken > 0) return;
        expect(takeTokens(bucket, waitMicros + 1, request).taken).toBe(least);
        if (waitMicros > 1) expect(takeTokens(bucket, waitMicros - 2, request).taken).toBe(0);
      }),
    );
  });
});
