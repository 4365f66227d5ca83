import { type ApiClient, OwnRedis, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { LiveClient, range } from '../clients/live-client';

let redis: OwnRedis;
let stack: TestStack;
let apis: ServiceProcess[];
let gateways: ServiceProcess[];
const clients: LiveClient[] = [];
const user = 'one-user';

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  gateways = await Promise.all([stack.start('realtime-gateway'), stack.start('realtime-gateway')]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await stack?.close();
  await redis?.stop();
});

async function subscribers(workspaceId: string): Promise<LiveClient[]> {
  const subscribing = [...gateways, ...gateways].map(async (gateway, n) => {
    const client = await LiveClient.connect(gateway, user);
    clients.push(client);
    const panelId = n < gateways.length ? 'panel' : '*';
    expect(await client.ask('subscribe', { workspaceId, panelId })).toMatchObject({ ok: true });
    return client;
  });
  return Promise.all(subscribing);
}

function increment(door: ApiClient, path: string) {
  const patch = [{ op: 'inc', path: '/n', value: 1 }];
  return door.patch(path, patch, { 'content-type': 'application/json-patch+json', 'if-match': '*' });
}

it('every update arrives once and in order through a restart of Redis amid the traffic', async () => {
  const path = '/api/state/restart/panel';
  const doors = apis.map((api) => stack.client(api, user));
  await (doors[0] as ApiClient).post(path, { initialState: { n: 0 } });
  const listening = await subscribers('restart');

  let accepted = 0;
  let writing = true;
  const writers = doors.map(async (door) => {
    while (writing) if ((await increment(door, path)).status === 200) accepted++;
  });
  const during = async (count: number) => {
    const goal = accepted + count;
    await eventually(() => accepted >= goal, `${count} more changes`);
  };
  await during(30);
  await redis.kill();
  await during(10);
  await (doors[0] as ApiClient).post('/api/state/restart/born-meanwhile', { initialState: { n: 0 } });
  await redis.restart();
  await during(100);
  writing = false;
  await Promise.all(writers);

  const { body } = await (doors[0] as ApiClient).get(path, { 'cache-control': 'no-cache' });
  expect(body).toMatchObject({ version: accepted + 1, state: { n: accepted } });
  for (const client of listening) {
    await client.reaches('panel', accepted + 1);
    expect(client.versions('panel')).toEqual(range(1, accepted + 1));
    expect(client.rebuilt('panel')).toEqual(body.state);
  }
  for (const client of listening.slice(gateways.length)) {
    await client.reaches('born-meanwhile', 1);
    expect(client.of('born-meanwhile').map(({ name }) => name)).toEqual(['panel_created']);
  }
});

it('an update arrives whose publish was lost, with no other after it', async () => {
  const path = '/api/state/lost/panel';
  const door = stack.client(apis[0] as ServiceProcess, user);
  await door.post(path, { initialState: { n: 0 } });
  const listening = await subscribers('lost');
  // An API that publishes elsewhere simulates one that was killed between commit and publish.
  const mute = await stack.start('state-api', { REDIS_URL: 'redis://127.0.0.1:1' });
  const muteDoor = stack.client(mute, user);
  expect((await increment(muteDoor, path)).status).toBe(200);
  await muteDoor.post('/api/state/lost/unheard', { initialState: {} });
  for (const client of listening) {
    await client.reaches('panel', 2);
    expect(client.versions('panel')).toEqual([1, 2]);
  }
  for (const client of listening.slice(gateways.length)) {
    await client.reaches('unheard', 1);
    expect(client.of('unheard').map(({ name }) => name)).toEqual(['panel_created']);
  }
  await muteDoor.delete('/api/state/lost/panel');
  for (const client of listening) {
    await client.reaches('panel', 3);
    expect(client.of('panel').at(-1)?.name).toBe('panel_deleted');
  }
});

it('who subscribes while Redis is away gets everything, too', async () => {
  const path = '/api/state/away/panel';
  const door = stack.client(apis[0] as ServiceProcess, user);
  await door.post(path, { initialState: { n: 0 } });
  await redis.kill();
  const listening = await subscribers('away');
  await increment(door, path);
  for (const client of listening) await client.reaches('panel', 2);
  await redis.restart();
  await increment(door, path);
  for (const client of listening) {
    await client.reaches('panel', 3);
    expect(client.versions('panel')).toEqual([1, 2, 3]);
  }
});
