import { Redis } from 'ioredis';
import { postgresDataSource } from '@nexus-state/postgres';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiClient,
  OwnRedis,
  type ServiceProcess,
  TestStack,
  leaksIn,
  planted,
  testToken,
} from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient, refusedUpgrade } from '../clients/web-socket-client';

const subject = 'user-of-logs';
const panel = '/api/state/ws/panel';
const remotePassword = planted('remote-password');

let redis: OwnRedis;
let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let worker: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({
    ...{ REDIS_URL: redis.url, LOG_LEVEL: 'trace', SNAPSHOT_WAIT: '30s' },
    // Nobody listens there.
    GIT_REMOTE_URL_TEMPLATE: `http://robot:${remotePassword}@127.0.0.1:1/{owner}/{workspace}.git`,
  });
  [api, gateway, worker] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
  user = stack.client(api, subject);
});
afterAll(async () => {
  await stack?.close();
  await redis?.stop();
});

/** Expects some services to have logged something, and nothing that they must not. */
async function expectLogged(by: readonly ServiceProcess[], text: RegExp): Promise<void> {
  await eventually(() => by.every((service) => text.test(service.output())), `${text} in the log`);
  expect([api, gateway, worker].flatMap((each) => leaksIn(each.output(), stack.settings))).toEqual([]);
}

const key = () => ({ 'idempotency-key': planted('key') });
const secretState = () => ({ text: planted('state'), list: [planted('state')] });

it('requests of every kind, taken or refused, leave no value in the log', async () => {
  await user.post(panel, { initialState: secretState(), triggeredBy: 'me' }, key());
  const written = key();
  for (let time = 0; time < 2; time++) await user.put(panel, { state: secretState(), version: 1 }, written);
  await user.patch(panel, { patches: [{ op: 'add', path: '/more', value: planted('patch') }], version: 2 });
  await user.patch(panel, { patches: [{ op: 'test', path: '/text', value: planted('patch') }], version: 3 });
  await user.patch(
    panel,
    { [planted('merge')]: planted('merge') },
    {
      ...{ 'content-type': 'application/merge-patch+json', 'if-match': '*' },
    },
  );
  await user.put(panel, { state: secretState(), version: 1 });
  await user.put(panel, { state: secretState(), version: planted('version') });
  await user.put(panel, { state: planted('no-object'), version: 4, [planted('field')]: planted('field') });
  await user.put(panel, `{"state": {"text": "${planted('malformed')}"`);
  await user.put(panel, planted('malformed'));
  await user.call('PUT', panel, planted('text'), { 'content-type': 'text/plain' });
  await user.post('/api/state/ws/transaction', {
    operations: [{ op: 'set', panelId: 'other', state: secretState() }],
  });
  await user.post('/api/state/ws/query', { contains: { text: planted('query') } });
  await user.post('/api/state/ws/query', { jsonPath: `$.text ? (@ == "${planted('query')}"` });
  await user.post(`${panel}/revert`, { targetVersion: 1 });
  await user.get(`${panel}?path=/${planted('pointer')}`);
  await user.get(`/api/state/ws?cursor=${planted('cursor')}&token=${testToken('somebody')}`);
  await user.get(`${panel}?token=${planted('token')}`, { authorization: `Bearer ${planted('token')}` });
  await user.get(panel, { authorization: `Basic ${planted('basic')}` });
  await user.get(panel, { authorization: `Bearer ${testToken('u', { exp: 1 })}` });
  await user.delete(panel, { 'if-match': `"${planted('etag')}"` });
  await user.get(`/git/ws.git/info/refs?service=${planted('service')}`);
  await expectLogged([], /./);
});

it('live connections leave no value in the log', async () => {
  const live = await LiveClient.connect(gateway, subject);
  const plain = await WebSocketClient.connect(gateway, subject);
  try {
    for (const event of ['subscribe', 'presence', 'patch', planted('event')]) {
      const data = { text: planted('presence') };
      const message = {
        workspaceId: 'ws',
        panelId: 'other',
        data,
        patches: [{ op: 'add', path: '/p', value: data }],
      };
      await live.ask(event, message).catch(() => undefined);
      plain.send({ type: event, ...message });
    }
    await refusedUpgrade(gateway, `/ws/state/ws?token=${planted('token')}`);
    await refusedUpgrade(gateway, `/ws/state/${planted('workspace')}?owner=x&token=${testToken('other')}`);
    await expectLogged([], /./);
  } finally {
    live.close();
    plain.close();
  }
});

it('jobs that fail leave no value in the log, and no password of the remote', async () => {
  expect(
    (await user.post('/api/snapshots/ws', { description: planted('description'), push: true })).status,
  ).toBe(201);
  await expectLogged([worker], /"kind":"push".*"job failed"/);
});

it('rows that PostgreSQL does not take leave no value in the log', async () => {
  const database = await postgresDataSource({
    url: stack.settings['DATABASE_URL'] as string,
    poolSize: 1,
  }).initialize();
  try {
    await database.query(
      "ALTER TABLE panel_states ADD CONSTRAINT nothing_forbidden CHECK (NOT state ? 'forbidden') NOT VALID",
    );
    const state = { forbidden: planted('row') };
    expect((await user.put('/api/state/ws/forbidden', { state, version: 0 }, key())).status).toBe(500);
    await expectLogged([api], /"code":"23514".*"constraint":"nothing_forbidden".*"request failed"/);
  } finally {
    await database.query('ALTER TABLE panel_states DROP CONSTRAINT IF EXISTS nothing_forbidden');
    await database.destroy();
  }
});

it('commands that Redis does not take leave no value in the log', async () => {
  const administrator = new Redis(redis.url);
  try {
    await administrator.config('SET', 'maxmemory', '1');
    expect((await user.put('/api/state/ws/full', { state: secretState(), version: 0 }, key())).status).toBe(
      201,
    );
    await user.get('/api/state/ws/full');
    await expectLogged([api], /OOM command not allowed/);
    await administrator.config('SET', 'maxmemory', '0');
    await redis.kill();
    await user.put('/api/state/ws/full', { state: secretState(), version: 1 }, key());
    await expectLogged([api, worker], /"queue unavailable"|"could not publish a hint"/);
  } finally {
    administrator.disconnect();
    await redis.restart();
  }
});
