import { eventually } from '@nexus-state/state-core/testing';
import { OwnRedisCluster, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { Scene } from '../clients/faults/scene';

// Starts a cluster and processes, and waits for them to find out about losses.
jest.setTimeout(300_000);

let cluster: OwnRedisCluster;
let stack: TestStack;
let api: ServiceProcess;
let gateways: ServiceProcess[];

beforeAll(async () => {
  cluster = await OwnRedisCluster.start();
  stack = await TestStack.create({
    REDIS_CLUSTER_NODES: cluster.setting,
    REALTIME_SWEEP_INTERVAL: '500ms',
    SNAPSHOT_INTERVAL: 'off',
    LOG_LEVEL: 'error',
  });
  const started = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
  api = started[0];
  gateways = started.slice(1, 3);
});
afterAll(async () => {
  await stack?.close();
  await cluster?.stop();
});

const begin = (size: { panels: number; followers: number }) =>
  Scene.begin({ stack, apis: () => [api], gateways: gateways.map(({ url }) => url) }, size);

/** What every service says of its Redis. */
async function redisOfAll(): Promise<readonly string[]> {
  const answers = await Promise.all([api, ...gateways].map(({ url }) => fetch(`${url}/health`)));
  const reports = await Promise.all(answers.map((answer) => answer.json() as Promise<{ redis: string }>));
  return reports.map(({ redis }) => redis);
}

const allSay = (expected: string) =>
  eventually(async () => (await redisOfAll()).every((redis) => redis === expected), `all to be ${expected}`);

describe('the services on a Redis Cluster', () => {
  it('serve from the cache, notify subscribers, and take snapshots', async () => {
    await allSay('connected');
    const scene = await begin({ panels: 3, followers: 8 });
    scene.traffic.start(2, { pauseMs: 10 });
    await scene.traffic.during(50);
    await scene.traffic.stop();
    const client = stack.client(api, scene.workspaceId);
    const cached = async () => {
      const { headers } = await client.get(`/api/state/${scene.workspaceId}/panel-0`);
      return headers.get('x-cache') === 'hit';
    };
    await eventually(cached, 'a panel from the cache');
    expect(await client.post(`/api/snapshots/${scene.workspaceId}`, {})).toMatchObject({ status: 201 });
    await scene.expectPromisesKept('a Redis Cluster');
    await scene.end();
  });

  it('go on while a node is away, and are whole again when it is back', async () => {
    const scene = await begin({ panels: 3, followers: 8 });
    scene.traffic.start(2, { pauseMs: 10 });
    await scene.traffic.during(20);
    for (const node of cluster.nodes) {
      await node.kill();
      await scene.traffic.during(30);
      await allSay('disconnected');
      await node.restart();
      await scene.traffic.during(30);
      await allSay('connected');
    }
    await scene.traffic.during(50);
    await scene.traffic.stop();
    await scene.expectPromisesKept('each node of a Redis Cluster killed in turn');
    const client = stack.client(api, scene.workspaceId);
    const snapshot = async () =>
      (await client.post(`/api/snapshots/${scene.workspaceId}`, {})).status === 201;
    await eventually(snapshot, 'a snapshot through the queue');
    await scene.end();
  });
});
