import { testRedisUrl } from '@nexus-state/test-kit';
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
  it('says that it is unavailable when Redis is not there', async () => {
    const redis = openRedis('redis://127.0.0.1:1');
    const cache = new RedisPanelCache(redis, 60);
    const key = { owner: 'o', workspaceId: 'w', panelId: 'p' };
    await expect(cache.read(key)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(cache.write(key, { version: 1, checkedAt: 0, document: '{}' })).rejects.toMatchObject({
      code: 'unavailable',
    });
    redis.disconnect();
  });
});
