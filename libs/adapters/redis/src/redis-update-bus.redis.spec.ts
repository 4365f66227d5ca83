import { OwnRedis, testRedisUrl } from '@nexus-state/test-kit';
import { eventually, aPanelKey } from '@nexus-state/state-core/testing';
import { Listener, aChange, describeUpdateBus } from '@nexus-state/state-core/testing/update-bus.contract';
import { openRedis, openRedisSubscriber } from './connect';
import { RedisUpdateBus } from './redis-update-bus';
import { updateMessage } from './update-message';
import { whenReady } from './when-ready';

/** A bus with both of its connections. */
function openBus(url: string) {
  const [publisher, subscriber] = [openRedis(url), openRedisSubscriber(url)];
  return {
    bus: new RedisUpdateBus(publisher, subscriber),
    publisher,
    subscriber,
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

describeUpdateBus('Redis', async () => {
  const [one, other] = [openBus(testRedisUrl()), openBus(testRedisUrl())];
  await whenReady(one.publisher, 5_000);
  const close = async () => void (await Promise.all([one.close(), other.close()]));
  return { publisher: one.bus, subscriber: other.bus, close };
});

describe('RedisUpdateBus', () => {
  it('waits for a connection that is being made', async () => {
    const { bus, close } = openBus(testRedisUrl());
    await expect(bus.subscribe(aPanelKey(), new Listener())).resolves.toBeInstanceOf(Function);
    await close();
  });

  it('says that it is unavailable when Redis does not come', async () => {
    const { bus, close } = openBus('redis://127.0.0.1:1');
    await expect(bus.subscribe(aPanelKey(), new Listener())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(bus.publish(aChange(aPanelKey(), 1))).rejects.toMatchObject({ code: 'unavailable' });
    await close();
  });

  it('says so at once when it was closed', async () => {
    const { bus, close } = openBus(testRedisUrl());
    await close();
    await expect(bus.subscribe(aPanelKey(), new Listener())).rejects.toMatchObject({ code: 'unavailable' });
  });

  const half = JSON.parse(updateMessage(aChange(aPanelKey(), 1), true)) as Record<string, unknown>;

  it.each([
    ...['nonsense', '{}', '[]', 'null', '{"panelId":"p","version":1,"patch":[]}'],
    ...['{"kind":"toString"}', '{"kind":"unheard_of","snapshotId":"x"}', '{"kind":"snapshot_created"}'],
    JSON.stringify({ kind: 'workspace_restored', snapshotId: 'x', gitCommitHash: null }),
    ...[
      { panelId: 7 },
      { version: '1' },
      { version: 0, previousVersion: -1 },
      { version: 1.5, previousVersion: 0.5 },
      { previousVersion: 3 },
      { patch: {} },
      { patch: [null] },
      { changeType: 'toString' },
      { triggeredBy: null },
      { triggerSource: {} },
      { revision: '7' },
      { ordinal: 0 },
      { actor: undefined },
      { timestamp: 0 },
    ].map((wrong) => JSON.stringify({ ...half, ...wrong })),
  ])('passes by a message that is none of ours: %s', async (message) => {
    const { bus, publisher, close } = openBus(testRedisUrl());
    const key = aPanelKey();
    const listener = new Listener();
    await bus.subscribe(key, listener);
    await publisher.publish(`state-updates:${key.owner}:${key.workspaceId}`, message);
    await bus.publish(aChange(key, 1));
    await eventually(() => listener.versions.includes(1), 'the change after the nonsense');
    expect([listener.versions, listener.events]).toEqual([[1], []]);
    await close();
  });
});

describe('RedisUpdateBus, when Redis goes away', () => {
  let redis: OwnRedis;
  afterEach(() => redis?.stop());

  it('subscribes again and reports the gap to its listeners', async () => {
    redis = await OwnRedis.start();
    const { bus, close } = openBus(redis.url);
    const [one, other] = [aPanelKey(), aPanelKey()];
    const [first, second, gone] = [new Listener(), new Listener(), new Listener()];
    await bus.subscribe(one, first);
    await bus.subscribe(other, second);
    await (
      await bus.subscribe(aPanelKey(), gone)
    )();

    await redis.kill();
    await eventually(
      () =>
        bus.publish(aChange(one, 1)).then(
          () => false,
          () => true,
        ),
      'publishing to fail',
    );
    await redis.restart();
    await eventually(() => first.gaps === 1 && second.gaps === 1, 'the gap to be reported');

    await eventually(
      () => bus.publish(aChange(one, 2)).then(() => first.versions.includes(2)),
      'the first listener to hear again',
    );
    await bus.publish(aChange(other, 3));
    await eventually(() => second.versions.includes(3), 'the second listener to hear again');
    expect([first.gaps, second.gaps, gone.gaps]).toEqual([1, 1, 0]);
    await close();
  });

  it('notices that Redis does not respond on an open connection, and makes another', async () => {
    redis = await OwnRedis.start();
    const { bus, publisher, subscriber, close } = openBus(redis.url);
    const [key, listener] = [aPanelKey(), new Listener()];
    await bus.subscribe(key, listener);
    await bus.publish(aChange(key, 1));
    await eventually(() => listener.versions.includes(1), 'the first change');
    const lost = new Set<unknown>();
    for (const client of [publisher, subscriber]) client.on('close', () => lost.add(client));

    redis.freeze();
    await expect(bus.publish(aChange(key, 2))).rejects.toMatchObject({ code: 'unavailable' });
    await eventually(() => lost.size === 2, 'both connections to be given up');
    redis.thaw();
    await eventually(() => listener.gaps > 0, 'the gap to be reported');
    const receivesAgain = () => bus.publish(aChange(key, 3)).then(() => listener.versions.includes(3));
    await eventually(receivesAgain, 'updates to arrive again');
    await close();
  });
});
