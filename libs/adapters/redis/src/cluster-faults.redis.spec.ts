import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterNode, OwnRedisCluster } from '@nexus-state/test-kit';
import type { PanelKey } from '@nexus-state/state-core';
import { eventually, aPanelKey } from '@nexus-state/state-core/testing';
import { PresenceEar, aMember } from '@nexus-state/state-core/testing/presence-board.contract';
import { Listener, aChange } from '@nexus-state/state-core/testing/update-bus.contract';
import { openRedis, openRedisSubscriber, redisResponds } from './connect';
import { RedisPanelCache } from './redis-panel-cache';
import { RedisPresenceBoard } from './redis-presence-board';
import { RedisUpdateBus } from './redis-update-bus';
import { whenReady } from './when-ready';

const checkedAt = 1_700_000_000_000;
/** More than a refusal takes on a busy machine, and much less than a command is waited for. */
const soonMs = 500;

describe('a Redis Cluster that loses nodes', () => {
  let cluster: OwnRedisCluster;
  const opened: { disconnect(): void }[] = [];
  beforeEach(async () => {
    cluster = await OwnRedisCluster.start();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.disconnect();
    await cluster.stop();
  });

  const keep = <T extends { disconnect(): void }>(one: T): T => {
    opened.push(one);
    return one;
  };
  async function openClient() {
    const redis = keep(openRedis(cluster.address));
    await eventually(() => redisResponds(redis), 'the cluster to answer');
    return redis;
  }
  async function openSubscriber() {
    const subscriber = keep(openRedisSubscriber(cluster.address));
    await whenReady(subscriber, 5_000);
    return subscriber;
  }
  const nodeAt = (port: number | undefined) => {
    const node = cluster.nodes.find((one) => one.port === port);
    if (!node) throw new Error(`No node listens on ${port}.`);
    return node;
  };
  /** The node that a subscriber listens at. */
  const homeOf = ({ stream }: { readonly stream: unknown }) =>
    nodeAt((stream as { readonly remotePort?: number }).remotePort);

  /** A panel whose key is on a node, and one whose key is not. */
  async function panelsOf(
    node: ClusterNode,
    keyOf = ({ owner, workspaceId }: PanelKey) => `{${owner}:${workspaceId}}`,
  ): Promise<readonly [there: PanelKey, elsewhere: PanelKey]> {
    const found: [PanelKey?, PanelKey?] = [];
    while (!found[0] || !found[1]) {
      const key = aPanelKey();
      const [owner] = await cluster.nodesOf(keyOf(key));
      found[owner === node ? 0 : 1] = key;
    }
    return found as [PanelKey, PanelKey];
  }
  const entry = (version: number) => ({ version, checkedAt, epoch: 'e', document: `{"n":${version}}` });

  it('refuses at once what belongs to a node that is gone, does the rest, and all of it when the node is back', async () => {
    const redis = await openClient();
    const cache = new RedisPanelCache(redis, 60);
    const node = cluster.nodes[1] as ClusterNode;
    const [lost, kept] = await panelsOf(node);
    await cache.write(lost, entry(1));
    await cache.write(kept, entry(1));

    await node.kill();
    const refused = () =>
      cache.read(lost).then(
        () => false,
        (error: { code?: string }) => error.code === 'unavailable',
      );
    await eventually(refused, 'the panels of the node to be refused');
    for (let n = 0; n < 50; n++) {
      const started = performance.now();
      expect(await refused()).toBe(true);
      expect(performance.now() - started).toBeLessThan(soonMs);
      expect((await cache.read(kept))?.version).toBe(1);
      await sleep(20);
    }
    expect(await redisResponds(redis).catch(() => false)).toBe(false);

    await node.restart();
    await eventually(() => redisResponds(redis), 'the cluster to answer again');
    expect(await cache.read(lost)).toBeUndefined();
    await cache.write(lost, entry(2));
    expect(await cache.read(lost)).toEqual(entry(2));
  });

  it('notices a node that does not respond on an open connection', async () => {
    const redis = await openClient();
    const cache = new RedisPanelCache(redis, 60);
    const node = cluster.nodes[2] as ClusterNode;
    const [lost, kept] = await panelsOf(node);
    node.freeze();
    await expect(cache.write(lost, entry(1))).rejects.toMatchObject({ code: 'unavailable' });
    await cache.write(kept, entry(1));
    expect(await redisResponds(redis).catch(() => false)).toBe(false);
    node.thaw();
    await eventually(() => redisResponds(redis), 'the cluster to answer again');
    await cache.write(lost, entry(1));
  });

  it('is found again after all of its nodes were gone', async () => {
    const redis = await openClient();
    const cache = new RedisPanelCache(redis, 60);
    const key = aPanelKey();
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await eventually(() => redis.status !== 'ready', 'the client to give up on the nodes');
    await expect(cache.read(key)).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await eventually(() => redisResponds(redis), 'the cluster to answer again');
    await cache.write(key, entry(1));
  });

  it('moves a subscriber of a lost node to another node, and reports the gap', async () => {
    const [redis, subscriber] = [await openClient(), await openSubscriber()];
    const bus = new RedisUpdateBus(redis, subscriber);
    const home = homeOf(subscriber);
    const [, key] = await panelsOf(home, ({ owner, workspaceId }) => `state-updates:${owner}:${workspaceId}`);
    const listener = new Listener();
    await bus.subscribe(key, listener);
    await bus.publish(aChange(key, 1));
    await eventually(() => listener.versions.includes(1), 'the first change');

    await home.kill();
    await eventually(() => listener.gaps === 1, 'the gap to be reported');
    expect(homeOf(subscriber)).not.toBe(home);
    const received = async () => {
      await bus.publish(aChange(key, 2)).catch(() => undefined);
      return listener.versions.includes(2);
    };
    await eventually(received, 'an update through another node');
  });

  it('finds out that the node of a subscriber is silent, and moves it to another', async () => {
    const subscriber = await openSubscriber();
    const bus = new RedisUpdateBus(await openClient(), subscriber);
    const [home, listener] = [homeOf(subscriber), new Listener()];
    await bus.subscribe(aPanelKey(), listener);
    home.freeze();
    await eventually(() => listener.gaps === 1, 'the gap to be reported');
    expect(homeOf(subscriber)).not.toBe(home);
    home.thaw();
  });

  it('has gateways put again what a lost node showed', async () => {
    const boards = await Promise.all(
      [0, 1].map(
        async () => new RedisPresenceBoard(await openClient(), await openSubscriber(), { leaseMs: 2_000 }),
      ),
    );
    const [one, other] = boards as [RedisPresenceBoard, RedisPresenceBoard];
    const [leases] = await cluster.nodesOf('nexus-presence:leases');
    const [key, ear] = [aPanelKey(), new PresenceEar()];
    await Promise.all(boards.map((board) => board.renew()));
    await other.listen(key, ear);
    await leases.kill();
    await expect(one.renew()).rejects.toMatchObject({ code: 'unavailable' });
    await leases.restart();
    await Promise.all(
      boards.map((board) => eventually(async () => (await board.renew()).fresh, 'a new lease')),
    );
    const shown = async () => {
      await one.put(key, [aMember('c1')]).catch(() => undefined);
      return (await other.others(key)).length === 1;
    };
    await eventually(shown, 'the member to be shown');
    await eventually(() => ear.panels.length > 0, 'the other gateway to hear');
  });
});

describe('a slot that moves to another node', () => {
  it('gives no wrong answer meanwhile, and keeps what is in it', async () => {
    const cluster = await OwnRedisCluster.start();
    const redis = openRedis(cluster.address);
    const subscriber = openRedisSubscriber(cluster.address);
    await eventually(() => redisResponds(redis), 'the cluster to answer');
    await whenReady(subscriber, 5_000);
    const cache = new RedisPanelCache(redis, 600);
    const bus = new RedisUpdateBus(redis, subscriber);
    const workspace = aPanelKey();
    const panels = Array.from({ length: 40 }, (_, n) => ({ ...workspace, panelId: `panel-${n}` }));
    const listener = new Listener();
    await bus.subscribe(workspace, listener);

    let moving = true;
    let refusals = 0;
    let steps = 0;
    const published: number[] = [];
    // One writer of each panel: what it reads is what it wrote last, or nothing is.
    const write = async (key: PanelKey) => {
      for (let version = 1; moving || version < 20; version++) {
        try {
          await cache.write(key, { version, checkedAt, epoch: 'e', document: `{"n":${version}}` });
          expect((await cache.read(key))?.version).toBe(version);
          steps++;
        } catch (error) {
          if ((error as { code?: string }).code !== 'unavailable') throw error;
          refusals++;
        }
      }
    };
    const publish = async () => {
      for (let version = 1; moving; version++) {
        await bus.publish(aChange(workspace, version)).then(
          () => published.push(version),
          () => refusals++,
        );
        await sleep(2);
      }
    };
    const slot = `{${encodeURIComponent(workspace.owner)}:${workspace.workspaceId}}`;
    const work = [...panels.map(write), publish()];
    for (let round = 0; round < 4; round++) {
      const [owner, other] = await cluster.nodesOf(slot);
      await cluster.move(slot, owner, other);
      await sleep(50);
    }
    moving = false;
    await Promise.all(work);

    await eventually(() => listener.versions.length === published.length, 'all updates to arrive');
    expect(listener.versions).toEqual(published);
    expect(steps).toBeGreaterThan(40 * 20 * 0.9);
    expect(refusals).toBeLessThan(steps / 20);
    await Promise.all(
      panels.map(async (key) => expect((await cache.read(key))?.version).toBeGreaterThanOrEqual(19)),
    );
    redis.disconnect();
    subscriber.disconnect();
    await cluster.stop();
  }, 120_000);
});
