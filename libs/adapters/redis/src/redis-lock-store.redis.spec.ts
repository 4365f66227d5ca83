import { testRedisUrl } from '@nexus-state/test-kit';
import type { Redis } from 'ioredis';
import { aLock, describeLockStore } from '@nexus-state/state-core/testing/lock-store.contract';
import { openRedis, openRedisSubscriber } from './connect';
import { RedisLockStore } from './redis-lock-store';
import { whenReady } from './when-ready';

/** One process: its connections, and the locks over them. */
async function aProcess() {
  const clients = [openRedis(testRedisUrl()), openRedisSubscriber(testRedisUrl())] as const;
  await Promise.all(clients.map((client) => whenReady(client, 5_000)));
  return { redis: clients[0], clients, store: new RedisLockStore(...clients) };
}

const end = (clients: readonly Redis[]) => clients.forEach((client) => client.disconnect());

describeLockStore('Redis', async () => {
  const [one, other] = [await aProcess(), await aProcess()];
  return {
    stores: [one.store, other.store],
    close: async () => end([...one.clients, ...other.clients]),
  };
});

describe('RedisLockStore', () => {
  let process: Awaited<ReturnType<typeof aProcess>>;
  beforeAll(async () => {
    process = await aProcess();
  });
  afterAll(() => end(process.clients));

  it('leaves nothing behind for ever: not of a lock, nor of those who wait', async () => {
    const lock = aLock();
    const { redis, store } = process;
    await store.take({ lock, token: 'a', ttlMs: 60_000 }, false);
    await store.take({ lock, token: 'b', ttlMs: 60_000 }, true);
    const keys = await redis.keys(`nexus-lock:{${lock.owner}:*`);
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
    await store.release(lock, 'b');
    await store.release(lock, 'a');
    expect(await redis.keys(`nexus-lock:{${lock.owner}:*`)).toEqual([]);
  });

  it('passes by a waiter whose process has died', async () => {
    const lock = aLock();
    const { redis, store } = process;
    await store.take({ lock, token: 'a', ttlMs: 60_000 }, false);
    for (const token of ['dead', 'b']) await store.take({ lock, token, ttlMs: 60_000 }, true);
    await redis.zadd(`nexus-lock:{${lock.owner}:${lock.name}}:leases`, 1, 'dead');
    await store.release(lock, 'a');
    expect(await store.take({ lock, token: 'b', ttlMs: 60_000 }, true)).toMatchObject({ outcome: 'held' });
  });

  it('says that it is unavailable when Redis is not there', async () => {
    const nowhere = [openRedis('redis://127.0.0.1:1'), openRedisSubscriber('redis://127.0.0.1:1')] as const;
    const take = new RedisLockStore(...nowhere).take({ lock: aLock(), token: 'a', ttlMs: 1_000 }, false);
    await expect(take).rejects.toMatchObject({ code: 'unavailable' });
    end(nowhere);
  });
});
