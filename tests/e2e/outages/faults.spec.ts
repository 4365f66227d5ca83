import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import { OwnPostgres, OwnRedis, type ServiceProcess, TcpProxy, TestStack } from '@nexus-state/test-kit';
import { Scene, type Services } from '../clients/faults/scene';

// Each starts processes, and waits for others to give up.
jest.setTimeout(300_000);

/** Sweeps come often here, so that a test need not wait for what only they find. */
const sweepInterval = '500ms';

let postgres: OwnPostgres;
let redis: OwnRedis;
let stack: TestStack;
let apis: ServiceProcess[];
let gateways: ServiceProcess[];
/** The networks between each gateway and its clients, and between it and Redis. */
let clientSides: TcpProxy[];
let redisSides: TcpProxy[];
let scene: Scene;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([OwnPostgres.start(), OwnRedis.start()]);
  const settings = {
    REDIS_URL: redis.url,
    REALTIME_SWEEP_INTERVAL: sweepInterval,
    DATABASE_TIMEOUT: '1s',
    LOG_LEVEL: 'error',
  };
  stack = await TestStack.create(settings, postgres.url);
  redisSides = await Promise.all([TcpProxy.start(redis.url), TcpProxy.start(redis.url)]);
  const behind = redisSides.map(({ url }) => stack.start('realtime-gateway', { REDIS_URL: url }));
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  gateways = await Promise.all(behind);
  clientSides = await Promise.all(gateways.map(({ url }) => TcpProxy.start(url)));
});
beforeEach(async () => {
  const stage: Services = { stack, apis: () => apis, gateways: clientSides.map(({ url }) => url) };
  scene = await Scene.begin(stage, { panels: 3, followers: 16 });
  scene.traffic.start(4, { pauseMs: 10 });
  await scene.traffic.during(20);
});
afterEach(() => scene?.end());
afterAll(async () => {
  await Promise.all([...(clientSides ?? []), ...(redisSides ?? [])].map((proxy) => proxy.close()));
  await stack?.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

/** Lets the traffic go on for a while, and expects everything to have arrived after it. */
async function expectPromisesKept(faults: string): Promise<void> {
  await scene.traffic.during(100);
  await scene.traffic.stop();
  await scene.expectPromisesKept(faults);
}

describe('subscribers get every update once, in order, and with the right state, though', () => {
  it('Redis is killed and started again', async () => {
    for (let round = 0; round < 2; round++) {
      await redis.kill();
      await scene.traffic.during(50);
      await redis.restart();
      await scene.traffic.during(50);
    }
    await expectPromisesKept('Redis killed twice');
  });

  it('a gateway is killed, and its clients go to the other', async () => {
    const [first] = gateways;
    await first?.stop('SIGKILL');
    await scene.traffic.during(100);
    gateways[0] = await stack.start('realtime-gateway', { REDIS_URL: (redisSides[0] as TcpProxy).url });
    const elsewhere = clientSides[0] as TcpProxy;
    await elsewhere.close();
    clientSides[0] = await TcpProxy.start(gateways[0].url);
    await expectPromisesKept('one gateway of two killed');
  });

  it('PostgreSQL is frozen and goes on', async () => {
    for (let round = 0; round < 2; round++) {
      postgres.freeze();
      await sleep(1_500);
      postgres.thaw();
      await scene.traffic.during(50);
    }
    await expectPromisesKept('PostgreSQL frozen twice for 1.5 s');
  });

  it('the network to the clients is slow, breaks, and goes silent', async () => {
    for (const proxy of clientSides) proxy.delay(100);
    await scene.traffic.during(50);
    for (const proxy of clientSides) proxy.heal();
    for (let cut = 0; cut < 6; cut++) {
      clientSides[cut % 2]?.cut();
      await scene.traffic.during(20);
    }
    const before = scene.reconnects;
    clientSides[0]?.silence();
    // They give the silent connection up, and go to the other gateway.
    await eventually(() => scene.reconnects >= before + scene.followers.length / 2, 'the clients to leave');
    await scene.traffic.during(50);
    clientSides[0]?.heal();
    await expectPromisesKept('clients slowed down, cut six times, one gateway silent');
  });

  it('the network between gateways and Redis is slow, breaks, and goes silent', async () => {
    const [one, other] = redisSides as [TcpProxy, TcpProxy];
    one.delay(200);
    await scene.traffic.during(50);
    one.heal();
    for (let cut = 0; cut < 6; cut++) {
      redisSides[cut % 2]?.cut();
      await scene.traffic.during(20);
    }
    one.silence();
    await scene.traffic.during(50);
    other.silence();
    await scene.traffic.during(50);
    one.heal();
    other.heal();
    await expectPromisesKept('Redis slowed down, cut six times, silent for both gateways');
  });

  it('connections to Redis are forgotten by the network, with no sweep for minutes', async () => {
    const networks = await Promise.all([TcpProxy.start(redis.url), TcpProxy.start(redis.url)]);
    const [ofApi, ofGateway] = networks as [TcpProxy, TcpProxy];
    const [api, gateway] = await Promise.all([
      stack.start('state-api', { REDIS_URL: ofApi.url }),
      stack.start('realtime-gateway', { REDIS_URL: ofGateway.url, REALTIME_SWEEP_INTERVAL: '10m' }),
    ]);
    await scene.end();
    const stage = { stack, apis: () => [api], gateways: [gateway.url] };
    scene = await Scene.begin(stage, { panels: 3, followers: 8 });
    scene.traffic.start(4, { pauseMs: 10 });
    await scene.traffic.during(20);
    for (const network of networks) network.strand();
    await expectPromisesKept('connections to Redis forgotten');
    const read = () => stack.client(api, scene.workspaceId).get(`/api/state/${scene.workspaceId}/panel-0`);
    await eventually(
      async () => (await read()).headers.get('x-cache') === 'hit',
      'the cache to be asked again',
    );
    await scene.end();
    await Promise.all([api.stop(), gateway.stop()]);
    await Promise.all(networks.map((network) => network.close()));
  });

  it('connections to PostgreSQL are forgotten by the network', async () => {
    const network = await TcpProxy.start(stack.settings['DATABASE_URL'] as string);
    const [api, gateway] = await Promise.all([
      stack.start('state-api', { DATABASE_URL: network.url }),
      stack.start('realtime-gateway', { DATABASE_URL: network.url }),
    ]);
    await scene.end();
    const stage = { stack, apis: () => [api], gateways: [gateway.url] };
    scene = await Scene.begin(stage, { panels: 3, followers: 8 });
    scene.traffic.start(4, { pauseMs: 10 });
    await scene.traffic.during(20);
    network.strand();
    await expectPromisesKept('connections to PostgreSQL forgotten');
    await scene.end();
    await Promise.all([api.stop(), gateway.stop()]);
    await network.close();
  });
});
