import { randomUUID } from 'node:crypto';
import { testRedisUrl } from '@nexus-state/test-kit';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { takeTokens } from '@nexus-state/state-core';
import { describeTokenBuckets } from '@nexus-state/state-core/testing/token-buckets.contract';
import { openRedis } from './connect';
import { RedisTokenBuckets } from './redis-token-buckets';
import { whenReady } from './when-ready';

describeTokenBuckets('Redis', async () => {
  const redis = openRedis(testRedisUrl());
  await whenReady(redis, 5_000);
  return { buckets: new RedisTokenBuckets(redis), close: async () => redis.disconnect() };
});

describe('RedisTokenBuckets', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = openRedis(testRedisUrl());
    await whenReady(redis, 5_000);
  });
  afterAll(() => redis.disconnect());

  const second = 1_000_000;
  const keyOf = (bucket: string, perSecond: number) => `nexus-rate:{${bucket}}:${perSecond}`;

  it('lets several clients take from one bucket, and no token twice', async () => {
    const other = openRedis(testRedisUrl());
    await whenReady(other, 5_000);
    const [one, two] = [new RedisTokenBuckets(redis), new RedisTokenBuckets(other)];
    const bucket = randomUUID();
    const request = { perSecond: 0.01, least: 1, most: 1 };
    const takings = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).take(bucket, request)),
    );
    other.disconnect();
    expect(takings.filter(({ taken }) => taken === 1)).toHaveLength(1);
  });

  it('leaves nothing behind of a bucket that is full', async () => {
    const bucket = randomUUID();
    await new RedisTokenBuckets(redis).take(bucket, { perSecond: 10, least: 1, most: 10 });
    const left = await redis.pttl(keyOf(bucket, 10));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(2_000);
  });

  it('does what the bucket of the core does', async () => {
    const rates = fc.oneof(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0.001, max: 50, noNaN: true }),
    );
    const asked = fc.integer({ min: 1, max: 300 });
    await fc.assert(
      fc.asyncProperty(
        ...[rates, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(second), asked, fc.nat(300)],
        async (perSecond, share, ago, least, more) => {
          const name = randomUUID();
          const before = await clockOf(redis);
          const bucket = { tokens: share * Math.max(1, perSecond), at: before - ago };
          await redis.set(keyOf(name, perSecond), `${bucket.tokens} ${bucket.at}`);
          const request = { perSecond, least, most: least + more };
          const answer = await new RedisTokenBuckets(redis).take(name, request);
          const [tokens, at] = ((await redis.get(keyOf(name, perSecond))) ?? '').split(' ').map(Number);
          const { bucket: after, ...expected } = takeTokens(bucket, at as number, request);
          expect([answer, tokens]).toEqual([expected, after.tokens]);
          expect(at).toBeGreaterThanOrEqual(before);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('goes on from where it was when the clock of Redis was set back', async () => {
    const bucket = randomUUID();
    await redis.set(keyOf(bucket, 100), `0.5 ${(await clockOf(redis)) + 3_600 * second}`);
    const buckets = new RedisTokenBuckets(redis);
    const { taken, waitMicros } = await buckets.take(bucket, { perSecond: 100, least: 1, most: 1 });
    expect([taken, waitMicros]).toEqual([0, 5_000]);
    expect(await redis.pttl(keyOf(bucket, 100))).toBeLessThanOrEqual(2_000);
  });

  it('says that it is unavailable when Redis is not there', async () => {
    const nowhere = openRedis('redis://127.0.0.1:1');
    const take = new RedisTokenBuckets(nowhere).take('bucket', { perSecond: 1, least: 1, most: 1 });
    await expect(take).rejects.toMatchObject({ code: 'unavailable' });
    nowhere.disconnect();
  });
});

async function clockOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000_000 + Number(micros);
}
