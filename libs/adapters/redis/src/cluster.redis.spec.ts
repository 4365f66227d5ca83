import { randomUUID } from 'node:crypto';
import { OwnRedisCluster } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { describePanelCache } from '@nexus-state/state-core/testing/panel-cache.contract';
import { describePresenceBoard } from '@nexus-state/state-core/testing/presence-board.contract';
import { describeTokenBuckets } from '@nexus-state/state-core/testing/token-buckets.contract';
import { describeUpdateBus } from '@nexus-state/state-core/testing/update-bus.contract';
import { openRedis, openRedisSubscriber, redisResponds } from './connect';
import { RedisPanelCache } from './redis-panel-cache';
import { RedisPresenceBoard } from './redis-presence-board';
import { RedisTokenBuckets } from './redis-token-buckets';
import { RedisUpdateBus } from './redis-update-bus';
import { whenReady } from './when-ready';

let cluster: OwnRedisCluster;
beforeAll(async () => {
  cluster = await OwnRedisCluster.start();
}, 60_000);
afterAll(() => cluster?.stop());

/** A client that has found the whole cluster. */
async function openClient() {
  const redis = openRedis(cluster.address);
  await eventually(() => redisResponds(redis), 'the cluster to answer');
  return redis;
}

describePanelCache('Redis Cluster', async () => {
  const redis = await openClient();
  return { cache: new RedisPanelCache(redis, 60), close: async () => redis.disconnect() };
});

describeTokenBuckets('Redis Cluster', async () => {
  const redis = await openClient();
  return { buckets: new RedisTokenBuckets(redis), close: async () => redis.disconnect() };
});

describeUpdateBus('Redis Cluster', async () => {
  const [publisher, subscriber] = [await openClient(), openRedisSubscriber(cluster.address)];
  return {
    publisher: new RedisUpdateBus(publisher),
    subscriber: new RedisUpdateBus(publisher, subscriber),
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
});

describePresenceBoard('Redis Cluster', async () => {
  const leaseMs = 1_000;
  const prefix = `presence-${randomUUID()}`;
  const open = async () => [await openClient(), openRedisSubscriber(cluster.address)] as const;
  const connections = await Promise.all(Array.from({ length: 12 }, open));
  await Promise.all(connections.map(([, subscriber]) => whenReady(subscriber, 5_000)));
  let next = 0;
  return {
    leaseMs,
    gateway: () => {
      const [redis, subscriber] = connections[next++] as (typeof connections)[number];
      return new RedisPresenceBoard(redis, subscriber, { leaseMs, prefix });
    },
    close: async () => connections.flat().forEach((one) => one.disconnect()),
  };
});
