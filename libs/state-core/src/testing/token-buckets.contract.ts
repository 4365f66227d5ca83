import { randomUUID } from 'node:crypto';
import type { TokenBuckets } from '../limits/ports';

const second = 1_000_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The promises of `TokenBuckets`, the same for every adapter. */
export function describeTokenBuckets(
  name: string,
  open: () => Promise<{ readonly buckets: TokenBuckets; readonly close?: () => Promise<void> }>,
): void {
  describe(`token buckets: ${name}`, () => {
    let buckets: TokenBuckets;
    let close: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      ({ buckets, close } = await open());
    });
    afterAll(() => close?.());

    /** So slow that nothing flows in while a test runs: one token in 17 minutes. */
    const slow = { perSecond: 0.001, least: 1, most: 1 };

    it('are full at first', async () => {
      expect(await buckets.take(randomUUID(), { perSecond: 50, least: 1, most: 20 })).toEqual({
        taken: 20,
        left: 30,
        waitMicros: 0,
      });
    });

    it('give what is there where that is enough, and say when there is more', async () => {
      const bucket = randomUUID();
      expect(await buckets.take(bucket, { ...slow, most: 9 })).toMatchObject({ taken: 1, left: 0 });
      const { taken, left, waitMicros } = await buckets.take(bucket, slow);
      expect([taken, left]).toEqual([0, 0]);
      expect(waitMicros).toBeLessThanOrEqual(1000 * second);
      expect(waitMicros).toBeGreaterThan(900 * second);
    });

    it('give nothing where less is there than needed, and take nothing then', async () => {
      const bucket = randomUUID();
      const whole = { perSecond: 20, least: 20, most: 20 };
      expect(await buckets.take(bucket, { ...whole, least: 1, most: 19 })).toMatchObject({ taken: 19 });
      const refused = await buckets.take(bucket, whole);
      expect(refused.taken).toBe(0);
      expect(refused.left).toBeGreaterThanOrEqual(1);
      await pause(refused.waitMicros / 1000 + 5);
      expect(await buckets.take(bucket, whole)).toMatchObject({ taken: 20 });
    });

    it('give a token to one of those who come at the same time', async () => {
      const bucket = randomUUID();
      const taken = await Promise.all(Array.from({ length: 30 }, () => buckets.take(bucket, slow)));
      expect(taken.reduce((sum, one) => sum + one.taken, 0)).toBe(1);
    });

    it('never give more than they hold and what flows in', async () => {
      const bucket = randomUUID();
      const begin = performance.now();
      let sum = 0;
      while (performance.now() - begin < 500) {
        const takings = await Promise.all(
          Array.from({ length: 10 }, () => buckets.take(bucket, { perSecond: 100, least: 1, most: 3 })),
        );
        sum += takings.reduce((all, one) => all + one.taken, 0);
      }
      const flown = ((performance.now() - begin) / 1000) * 100;
      expect(sum).toBeLessThanOrEqual(Math.ceil(100 + flown));
      expect(sum).toBeGreaterThan(100);
    });

    it('are kept apart by name, with any characters in it, and by rate', async () => {
      const bucket = randomUUID();
      const names = [bucket, `${bucket}}`, `{${bucket}`, `${bucket}:é ☃`, `${bucket}/a`, `${bucket}%2Fa`];
      for (const one of names) expect(await buckets.take(one, slow)).toMatchObject({ taken: 1 });
      for (const one of names) expect(await buckets.take(one, slow)).toMatchObject({ taken: 0 });
      expect(await buckets.take(bucket, { ...slow, perSecond: 0.002 })).toMatchObject({ taken: 1 });
    });
  });
}
