import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let subject: string;
let user: ApiClient;
const clients: LiveClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api, gateway] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

const everything = { workspaceId: 'ws', panelId: '*' };

async function follow(claims: Record<string, unknown> = {}, place: object = everything): Promise<LiveClient> {
  const client = await LiveClient.connect(gateway, subject, claims);
  clients.push(client);
  expect(await client.ask('subscribe', place)).toMatchObject({ ok: true });
  return client;
}

const told = (client: LiveClient, event: string) => client.received.filter(({ name }) => name === event);

it('announces snapshots to subscribers of the whole workspace, and to no others', async () => {
  await user.post('/api/state/ws/a', { initialState: { n: 1 } });
  const whole = await follow();
  const quiet = [await follow({ paths: ['ws/a*'] }), await follow({}, { workspaceId: 'ws', panelId: 'a' })];
  const { body } = await user.post('/api/snapshots/ws', { description: 'A good one', type: 'checkpoint' });

  await eventually(() => told(whole, 'snapshot_created').length > 0, 'the event');
  const { createdAt, type: snapshotType, ...taken } = body;
  expect(told(whole, 'snapshot_created').map(({ payload }) => payload)).toEqual([
    { ...taken, snapshotType, description: 'A good one', createdBy: subject, timestamp: createdAt },
  ]);
  // What is told after it has arrived, so it would have, too.
  await user.put('/api/state/ws/a', { state: {}, version: 1 });
  for (const client of quiet) {
    await client.reaches('a', 2);
    expect(told(client, 'snapshot_created')).toEqual([]);
  }
});
