import { randomUUID } from 'node:crypto';
import { OwnRedis, testRedisUrl } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { describePanelCache } from '@nexus-state/state-core/testing/panel-cache.contract';
import { openRedis } from './connect';
import { RedisPanelCache } from './redis-panel-cache';
import { whenReady } from './when-ready';

describePanelCache('Redis', async () => {
  const redis = openRedis(testRedisUrl());
  await whenReady(redis, 5_000);
  return { cache: new RedisPanelCache(redis, 60), close: async () => redis.disconnect() };
});

describe('RedisPanelCache', () => {
  it('reads copies of the version before, which had no epoch', async () => {
    const redis = openRedis(testRedisUrl());
    await whenReady(redis, 5_000);
    const owner = randomUUID();
    await redis.set(`nexus-panel:{${owner}:w}:p`, '3 1700000000000\n{"n":3}', 'EX', 60);
    expect(await new RedisPanelCache(redis, 60).read({ owner, workspaceId: 'w', panelId: 'p' })).toEqual({
      ...{ version: 3, checkedAt: 1_700_000_000_000, epoch: '', document: '{"n":3}' },
    });
    redis.disconnect();
  });

  it('names a server alike in all processes, not at all while it is away, and anew when it has started again', async () => {
    const server = await OwnRedis.start();
    const clients = [openRedis(server.url), openRedis(server.url)];
    const caches = clients.map((redis) => new RedisPanelCache(redis, 60));
    const names = () => caches.map((cache) => cache.server);
    const named = () => eventually(() => (names().includes(undefined) ? undefined : names()), 'names');
    const [first, same] = await named();
    expect(first).toBe(same);

    await server.kill();
    await eventually(() => names().every((name) => name === undefined), 'the server to be missed');
    await server.restart();
    const [second, again] = await named();
    expect(second).toBe(again);
    expect(second).not.toBe(first);
    for (const redis of clients) redis.disconnect();
    await server.stop();
  });

  it('says that it is unavailable when Redis is not there', async () => {
    const redis = openRedis('redis://127.0.0.1:1');
    const cache = new RedisPanelCache(redis, 60);
    const key = { owner: 'o', workspaceId: 'w', panelId: 'p' };
    await expect(cache.read(key)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(
      cache.write(key, { version: 1, checkedAt: 0, epoch: '', document: '{}' }),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
    redis.disconnect();
  });
});
