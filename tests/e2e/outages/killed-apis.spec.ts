import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import { OwnRedis, type ServiceProcess, TcpProxy, TestStack } from '@nexus-state/test-kit';
import { Redis } from 'ioredis';
import { Scene } from '../clients/faults/scene';

const rounds = Number(process.env['KILL_ROUNDS'] ?? 6);
/** What is published is so long on its way, so that a killed API takes something with it. */
const publishDelayMs = 200;

/** A state API with a network of its own to Redis. */
interface MortalApi {
  readonly service: ServiceProcess;
  readonly network: TcpProxy;
}

let redis: OwnRedis;
let stack: TestStack;
/** Those that are ready. */
let apis: MortalApi[];
let gateways: ServiceProcess[];

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, REALTIME_SWEEP_INTERVAL: '500ms' });
  apis = await Promise.all([startApi(), startApi(), startApi()]);
  gateways = await Promise.all([stack.start('realtime-gateway'), stack.start('realtime-gateway')]);
});
afterAll(async () => {
  await Promise.all((apis ?? []).map(({ network }) => network.close()));
  await stack?.close();
  await redis?.stop();
});

async function startApi(): Promise<MortalApi> {
  const network = await TcpProxy.start(redis.url);
  network.delay(publishDelayMs);
  return { network, service: await stack.start('state-api', { REDIS_URL: network.url }) };
}

/** Kills it, and what it has published but a moment ago is lost. */
async function kill({ service, network }: MortalApi): Promise<void> {
  const gone = service.stop('SIGKILL');
  network.cut();
  await Promise.all([gone, network.close()]);
}

/** Counts the updates that are published. */
async function listen(workspaceId: string): Promise<{ heard: Set<string>; close: () => void }> {
  const client = new Redis(redis.url);
  const heard = new Set<string>();
  client.on('message', (_: string, message: string) => {
    const { panelId, version } = JSON.parse(message);
    heard.add(`${panelId} ${version}`);
  });
  await client.subscribe(`state-updates:${workspaceId}:${workspaceId}`);
  return { heard, close: () => client.disconnect() };
}

it('subscribers get every update once and in order, though APIs are killed between commit and publish', async () => {
  const stage = {
    stack,
    apis: () => apis.map(({ service }) => service),
    gateways: gateways.map(({ url }) => url),
  };
  const scene = await Scene.begin(stage, { panels: 4, followers: 16 });
  const published = await listen(scene.workspaceId);
  const before = scene.traffic.accepted;
  try {
    scene.traffic.start(8);
    const starting: Promise<unknown>[] = [];
    for (let round = 0; round < rounds; round++) {
      await eventually(() => apis.length > 1, 'another API to go on with');
      await scene.traffic.during(5);
      await sleep(Math.random() * 50);
      await kill(apis.shift() as MortalApi);
      // Starting takes seconds; the next is killed meanwhile.
      if (round < rounds - 2) starting.push(startApi().then((api) => apis.push(api)));
    }
    await Promise.all(starting);
    await scene.traffic.during(50);
    await scene.traffic.stop();
    const lost = scene.traffic.accepted - before - published.heard.size;
    await scene.expectPromisesKept(`${rounds} state APIs killed, ${lost} updates never published`);
    expect(lost).toBeGreaterThan(0);
  } finally {
    published.close();
    await scene.end();
  }
}, 600_000);
