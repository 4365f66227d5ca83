import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, OwnRedis, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let redis: OwnRedis;
let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  api = await stack.start('state-api');
  user = stack.client(api, 'user-of-outages');
});
afterAll(async () => {
  await stack?.close();
  await redis?.stop();
});

const panel = '/api/state/ws/panel';
const health = async () =>
  (await (await fetch(`${api.url}/health`)).json()) as { status: string; redis: string };

it('reads and writes go on while Redis is away, and nothing old is read when it is back', async () => {
  await user.post(panel, { initialState: { n: 0 } });
  // A copy is only trusted once the process knows the state of its Redis, which a new one has just begun to have.
  await eventually(
    async () => (await user.get(panel)).headers.get('x-cache') === 'hit',
    'the panel to be read from a copy',
  );

  await redis.kill();
  await eventually(async () => (await health()).redis === 'disconnected', 'the outage to be seen');
  expect((await health()).status).toBe('degraded');
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  for (let version = 1; version <= 5; version++) {
    expect((await user.put(panel, { state: { n: version }, version })).status).toBe(200);
    const reading = await user.get(panel);
    expect([reading.body.state, reading.headers.get('x-cache')]).toEqual([{ n: version }, 'bypass']);
  }

  await redis.restart();
  await eventually(async () => (await health()).status === 'healthy', 'Redis to be back');
  await eventually(
    async () => (await user.get(panel)).headers.get('x-cache') === 'hit',
    'the copy to be renewed',
  );
  expect((await user.get(panel)).body).toMatchObject({ version: 6, state: { n: 5 } });
});
