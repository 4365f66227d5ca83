import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient, range } from '../clients/live-client';

let stack: TestStack;
let apis: ServiceProcess[];
let gateways: ServiceProcess[];
const clients: LiveClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  gateways = await Promise.all([stack.start('realtime-gateway'), stack.start('realtime-gateway')]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

/** A user with clients of both APIs and a connection to each gateway. */
async function aUser(claims?: Record<string, unknown>) {
  const subject = `user-${randomUUID()}`;
  const doors = apis.map((api) => stack.client(api, subject)) as [ApiClient, ApiClient];
  const live = (await Promise.all(
    gateways.map((gateway) => LiveClient.connect(gateway, subject, claims)),
  )) as [LiveClient, LiveClient];
  clients.push(...live);
  return { subject, doors, live };
}

const place = { workspaceId: 'ws', panelId: 'panel' };
const path = '/api/state/ws/panel';
const increment = [{ op: 'inc', path: '/n', value: 1 }];

/** Adds one, and again where too many did so at the same time: that has not happened. */
async function write(door: ApiClient, at = path): Promise<void> {
  const headers = { 'content-type': 'application/json-patch+json', 'if-match': '*' };
  let answer = await door.patch(at, increment, headers);
  while (answer.body?.error === 'too_much_contention') answer = await door.patch(at, increment, headers);
  expect(answer).toMatchObject({ status: 200 });
}

describe('a subscriber', () => {
  it('is answered, gets the state, and then each update with all its fields', async () => {
    const { subject, doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0, text: 'ä€😀' } });
    expect(await live[0].ask('subscribe', place)).toEqual({ ok: true, ...place, version: 1 });
    await live[0].reaches('panel', 1);
    const { body } = await doors[0].get(path);
    expect(live[0].received).toEqual([
      {
        name: 'state_sync',
        payload: { ...place, state: body.state, version: 1, timestamp: body.updatedAt },
      },
    ]);

    const patches = [{ op: 'replace', path: '/n', value: 5 }];
    await doors[1].patch(path, { patches, version: 1, triggeredBy: 'ai', triggerSource: 'a tool' });
    await live[0].reaches('panel', 2);
    const { updatedAt } = (await doors[0].get(path)).body;
    expect(live[0].received[1]).toEqual({
      name: 'state_update',
      payload: {
        ...{ ...place, patch: patches, version: 2, revision: 2, timestamp: updatedAt },
        ...{ triggeredBy: 'ai', triggerSource: 'a tool', actor: subject },
      },
    });
  });

  it('gets every update of many writers once and in order, through any processes', async () => {
    const { doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    for (const client of live) await client.ask('subscribe', place);
    await Promise.all(range(1, 200).map((n) => write(doors[n % 2] as ApiClient)));

    for (const client of live) {
      await client.reaches('panel', 201);
      expect(client.versions('panel')).toEqual(range(1, 201));
      expect(client.rebuilt('panel')).toEqual((await doors[0].get(path)).body.state);
    }
  });

  it('who subscribes while others write misses nothing and gets nothing twice', async () => {
    const { subject, doors } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    const writing = Promise.all(range(1, 150).map((n) => write(doors[n % 2] as ApiClient)));
    const joining = await Promise.all(
      range(1, 12).map(async (n) => {
        const client = await LiveClient.connect(gateways[n % 2] as ServiceProcess, subject);
        clients.push(client);
        const version = n % 3 === 0 ? { version: 1 } : {};
        expect(await client.ask('subscribe', { ...place, ...version })).toMatchObject({ ok: true });
        return client;
      }),
    );
    await writing;
    for (const client of joining) {
      await client.reaches('panel', 151);
      expect(client.versions('panel')).toEqual(range(client.versions('panel')[0] as number, 151));
    }
  });

  it('with a version gets what it missed instead of the state', async () => {
    const { doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    for (const _ of range(2, 130)) await write(doors[0]);
    expect(await live[0].ask('subscribe', { ...place, version: 5 })).toMatchObject({
      ok: true,
      version: 130,
    });
    await write(doors[1]);
    await live[0].reaches('panel', 131);
    expect(live[0].versions('panel')).toEqual(range(6, 131));
    expect(live[0].received.every(({ name }) => name === 'state_update')).toBe(true);
  });

  it('with a version that the panel has not reached gets the state', async () => {
    const { doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    expect(await live[0].ask('subscribe', { ...place, version: 7 })).toMatchObject({ ok: true, version: 1 });
    await live[0].reaches('panel', 1);
    expect(live[0].received.map(({ name }) => name)).toEqual(['state_sync']);
  });

  it('gets no more after it unsubscribed, and may subscribe again', async () => {
    const { doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    await live[0].ask('subscribe', place);
    await live[1].ask('subscribe', place);
    expect(await live[0].ask('unsubscribe', place)).toEqual({ ok: true, ...place });
    expect(await live[0].ask('unsubscribe', place)).toEqual({ ok: true, ...place });
    await write(doors[0]);
    await live[1].reaches('panel', 2);
    await live[0].ask('subscribe', { ...place, version: 2 });
    await write(doors[0]);
    await live[0].reaches('panel', 3);
    expect(live[0].versions('panel')).toEqual([1, 3]);
  });

  it('is notified when a panel is deleted and created again', async () => {
    const { doors, live } = await aUser();
    await doors[0].post(path, { initialState: { n: 0 } });
    await live[0].ask('subscribe', place);
    await doors[0].delete(path);
    expect(await live[1].ask('subscribe', place)).toMatchObject({ ok: false, error: { error: 'not_found' } });
    expect(await live[1].ask('subscribe', { ...place, version: 1 })).toMatchObject({ ok: true, version: 2 });
    await doors[1].post(path, { initialState: { again: true } });
    await live[0].reaches('panel', 3);
    await live[1].reaches('panel', 3);
    const { updatedAt } = (await doors[0].get(path)).body;
    expect(live[0].of('panel').map(({ name }) => name)).toEqual([
      'state_sync',
      'panel_deleted',
      'panel_created',
    ]);
    expect(live[0].received[1]?.payload).toEqual({
      ...{ ...place, version: 2, revision: 2 },
      timestamp: expect.any(String),
    });
    expect(live[0].received[2]?.payload).toEqual({
      ...{ ...place, state: { again: true }, version: 3, revision: 3, timestamp: updatedAt },
    });
    expect(live[1].of('panel').map(({ name }) => name)).toEqual(['panel_deleted', 'panel_created']);
  });
});

describe('a subscriber of a whole workspace', () => {
  const whole = { workspaceId: 'ws', panelId: '*' };

  it('gets every panel there is, those to come, and all their updates', async () => {
    const { doors, live } = await aUser();
    const panels = range(1, 5).map((n) => `/api/state/ws/panel-${n}`) as [string, string, ...string[]];
    for (const panel of panels) await doors[0].post(panel, { initialState: { n: 0 } });
    await doors[0].delete(panels[0]);
    await doors[0].post('/api/state/another/panel-1', { initialState: {} });
    expect(await live[0].ask('subscribe', whole)).toEqual({ ok: true, ...whole, revision: 6 });

    await Promise.all([
      ...range(1, 40).map((n) => write(doors[n % 2] as ApiClient, panels[1 + (n % 4)])),
      doors[1]
        .post('/api/state/ws/new', { initialState: { n: 0 } })
        .then(() => write(doors[0], '/api/state/ws/new')),
      doors[1].post(panels[0], { initialState: { n: 7 } }),
    ]);
    for (const n of range(2, 5)) {
      await live[0].reaches(`panel-${n}`, 11);
      const versions = live[0].versions(`panel-${n}`);
      expect(live[0].of(`panel-${n}`)[0]?.name).toBe('state_sync');
      expect(versions).toEqual(range(versions[0] as number, 11));
      expect(live[0].rebuilt(`panel-${n}`)).toEqual({ n: 10 });
    }
    await live[0].reaches('new', 2);
    expect(live[0].of('new').map(({ name }) => name)).toEqual(['panel_created', 'state_update']);
    await live[0].reaches('panel-1', 3);
    expect(live[0].of('panel-1').map(({ name, payload }) => [name, payload.version])).toEqual([
      ['panel_created', 3],
    ]);
  });

  it('sees only what the paths of its token reach', async () => {
    const { doors, live } = await aUser({ paths: ['ws/mine-*'] });
    for (const id of ['mine-1', 'other']) await doors[0].post(`/api/state/ws/${id}`, { initialState: {} });
    expect(await live[0].ask('subscribe', { ...place, panelId: 'other' })).toMatchObject({
      error: { error: 'not_found' },
    });
    await live[0].ask('subscribe', whole);
    for (const id of ['other-2', 'mine-2']) await doors[0].post(`/api/state/ws/${id}`, { initialState: {} });
    await live[0].reaches('mine-1', 1);
    await live[0].reaches('mine-2', 1);
    expect(live[0].received.map(({ payload }) => payload.panelId).sort()).toEqual(['mine-1', 'mine-2']);
  });
});
