import { randomUUID } from 'node:crypto';
import { OwnRedis, testRedisUrl } from '@nexus-state/test-kit';
import { eventually, aPanelKey } from '@nexus-state/state-core/testing';
import {
  PresenceEar,
  aMember,
  describePresenceBoard,
} from '@nexus-state/state-core/testing/presence-board.contract';
import { openRedis, openRedisSubscriber } from './connect';
import { RedisPresenceBoard } from './redis-presence-board';
import { whenReady } from './when-ready';

const leaseMs = 1_000;

/** Gateways on one Redis, each with connections of its own. */
async function openBoards(url: string) {
  const prefix = `presence-${randomUUID()}`;
  const connections = Array.from({ length: 12 }, () => [openRedis(url), openRedisSubscriber(url)] as const);
  await Promise.all(connections.flat().map((one) => whenReady(one, 5_000)));
  let next = 0;
  return {
    leaseMs,
    prefix,
    redis: connections[0]?.[0] as ReturnType<typeof openRedis>,
    gateway: () => {
      const [redis, subscriber] = connections[next++] as (typeof connections)[number];
      return new RedisPresenceBoard(redis, subscriber, { leaseMs, prefix });
    },
    close: async () => connections.flat().forEach((one) => one.disconnect()),
  };
}

describePresenceBoard('Redis', () => openBoards(testRedisUrl()));

describe('RedisPresenceBoard', () => {
  it('says that it is unavailable when Redis is not there', async () => {
    const [redis, subscriber] = [
      openRedis('redis://127.0.0.1:1'),
      openRedisSubscriber('redis://127.0.0.1:1'),
    ];
    const board = new RedisPresenceBoard(redis, subscriber, { leaseMs });
    const key = aPanelKey();
    const asked = [board.renew(), board.put(key, []), board.others(key), board.panels(key)];
    for (const one of [...asked, board.listen(key, new PresenceEar())]) {
      await expect(one).rejects.toMatchObject({ code: 'unavailable' });
    }
    await board.leave();
    redis.disconnect();
    subscriber.disconnect();
  });

  it('keeps all keys of a workspace on one node of a cluster, and leaves none behind', async () => {
    const { gateway, redis, prefix, close } = await openBoards(testRedisUrl());
    const [one, other] = [gateway(), gateway()];
    await one.renew();
    await other.renew();
    const key = aPanelKey({ owner: 'a}b' });
    await one.put(key, [aMember('c1')]);
    await other.put(key, [aMember('c2')]);
    const keys = (await redis.keys(`${prefix}*`)).filter((name) => !name.endsWith(':leases'));
    expect(new Set(keys.map((name) => /\{(.*?)\}/.exec(name)?.[1]))).toEqual(new Set(['a%7Db:ws']));
    await one.put(key, []);
    await other.leave();
    // A reader removes what is left of an ended lease.
    expect(await one.others(key)).toEqual([]);
    await one.leave();
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
    await close();
  });

  it.each(['nonsense', '{}', '[{}]', '[{"connectionId":1,"userId":"u","data":1}]', 'null', '[null]'])(
    'passes by what is none of ours: %s',
    async (text) => {
      const { gateway, redis, prefix, close } = await openBoards(testRedisUrl());
      const [one, other] = [gateway(), gateway()];
      await one.renew();
      await other.renew();
      const key = aPanelKey();
      await redis.zadd(`${prefix}:leases`, Date.now() + 60_000, 'stranger');
      await redis.hset(`${prefix}:{${key.owner}:ws}:panel`, 'stranger', text);
      await other.put(key, [aMember('c1')]);
      expect(await one.others(key)).toEqual([aMember('c1')]);
      await close();
    },
  );

  it('has everything put again after a restart of Redis, and notifies its listeners', async () => {
    const redis = await OwnRedis.start();
    const { gateway, close } = await openBoards(redis.url);
    const [one, other] = [gateway(), gateway()];
    const key = aPanelKey();
    const ear = new PresenceEar();
    await one.renew();
    await other.renew();
    await other.listen(key, ear);
    await one.put(key, [aMember('c1')]);
    await redis.kill();
    await redis.restart();
    const freshly = (board: RedisPresenceBoard) =>
      eventually(async () => (await board.renew()).fresh, 'a new lease');
    await Promise.all([
      freshly(one),
      freshly(other),
      eventually(() => ear.gaps === 1, 'the gap to be reported'),
    ]);
    expect(await other.others(key)).toEqual([]);
    ear.panels.length = 0;
    await one.put(key, [aMember('c1')]);
    expect(await other.others(key)).toEqual([aMember('c1')]);
    await eventually(() => ear.panels.length === 1, 'the listener to hear again');
    await close();
    await redis.stop();
  });
});
