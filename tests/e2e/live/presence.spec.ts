import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { OwnRedis, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

let redis: OwnRedis;
let stack: TestStack;
let api: ServiceProcess;
let gateways: ServiceProcess[];
let user: string;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  const starting = [stack.start('realtime-gateway'), stack.start('realtime-gateway')];
  [api, ...gateways] = await Promise.all([stack.start('state-api'), ...starting]);
});
beforeEach(async () => {
  user = `user-${randomUUID()}`;
  await stack.client(api, user).post('/api/state/ws/panel', { initialState: {} });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await stack?.close();
  await redis?.stop();
});

/** A client of any transport that takes part. */
interface Participant {
  readonly id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  ask(name: string, fields: object): Promise<any>;
  /** The members of a panel as last received. */
  members(panelId?: string): Member[] | undefined;
  /** How often they were told. */
  told(): number;
  leave(): void;
}

interface Member {
  readonly connectionId: string;
  readonly userId: string;
  readonly data: unknown;
}

type Join = (at: ServiceProcess, panelId?: string, claims?: object) => Promise<Participant>;

const throughSocketIo: Join = async (at, panelId = 'panel', claims = {}) => {
  const client = await LiveClient.connect(at, user, { ...claims });
  clients.push(client);
  const ask: Participant['ask'] = (name, fields) => client.ask(name, { workspaceId: 'ws', ...fields });
  expect(await ask('subscribe', { panelId })).toMatchObject({ ok: true });
  const told = () => client.received.filter(({ name }) => name === 'presence').map(({ payload }) => payload);
  return {
    id: client.socket.id as string,
    ask: async (name, fields) => {
      const answer = await ask(name, fields);
      return answer.ok ? answer : { ...answer, code: answer.error.error };
    },
    members: (of = 'panel') => told().findLast((payload) => payload.panelId === of)?.members,
    told: () => told().length,
    leave: () => client.close(),
  };
};

const throughWebSocket: Join = async (at, panelId = 'panel', claims = {}) => {
  const client = await WebSocketClient.connect(at, user, { ...claims });
  clients.push(client);
  expect(await client.ask({ type: 'subscribe', panelId })).toMatchObject({ type: 'ack' });
  const { connectionId: id } = await client.ask({ type: 'presence', panelId: 'panel', data: null });
  const told = () => client.received.filter(({ type }) => type === 'presence');
  return {
    id,
    ask: (name, fields) => client.ask({ type: name, ...fields }),
    members: (of = 'panel') => told().findLast((message) => message.panelId === of)?.members,
    told: () => told().length,
    leave: () => client.close(),
  };
};

const doors: [string, Join][] = [
  ['Socket.IO', throughSocketIo],
  ['plain WebSocket', throughWebSocket],
];

const data = { cursor: [3, 4], name: 'Änne' };
const show = (who: Participant, shown: unknown = data, panelId = 'panel') =>
  who.ask('presence', { panelId, data: shown });

/** Waits until a client sees just these others. */
async function sees(who: Participant, others: readonly Participant[], shown: unknown = data): Promise<void> {
  const expected = others.map(({ id }) => ({ connectionId: id, userId: user, data: shown }));
  const now = () => (who.members() ?? []).filter(({ connectionId }) => connectionId !== who.id);
  const sorted = (members: readonly Member[]) =>
    JSON.stringify([...members].sort((a, b) => a.connectionId.localeCompare(b.connectionId)));
  await eventually(() => sorted(now()) === sorted(expected), 'the others to be seen').catch((error) => {
    throw new Error(`${error}\nexpected ${sorted(expected)}\nsees ${sorted(now())}`);
  });
}

describe.each(doors)('presence, shown through %s', (_, join) => {
  it('is seen by the others in the panel, at every gateway and door, and ends with it', async () => {
    const [here, there] = gateways as [ServiceProcess, ServiceProcess];
    const one = await join(here);
    const others = [await throughSocketIo(here), await throughWebSocket(there)];
    others.push(await throughSocketIo(there, '*'));
    expect(await show(one)).toMatchObject({ panelId: 'panel', connectionId: one.id });
    for (const other of others) await sees(other, [one]);
    expect(one.told()).toBe(0);

    // Later followers get it, too.
    const late = await throughWebSocket(there);
    await sees(late, [one]);
    await show(late);
    await sees(one, [late]);

    await show(one, null);
    for (const other of others) await sees(other, [late]);
    await show(one);
    for (const other of others) await sees(other, [late, one]);
    await one.ask('unsubscribe', { panelId: 'panel' });
    for (const other of others) await sees(other, [late]);
    await one.ask('subscribe', { panelId: 'panel' });
    await show(one);
    // Subscribing anew removes no member.
    await one.ask('subscribe', { panelId: 'panel' });
    for (const other of others) await sees(other, [late, one]);
    one.leave();
    late.leave();
    for (const other of others) await sees(other, []);
  });

  it('is refused without a subscription, and when it is too large', async () => {
    const one = await join(gateways[0] as ServiceProcess);
    expect(await show(one, data, 'elsewhere')).toMatchObject({ code: 'forbidden' });
    expect(await show(one, 'x'.repeat(4095))).toMatchObject({ code: 'validation_failed' });
    expect(await one.ask('presence', { panelId: 'panel' })).toMatchObject({ code: 'validation_failed' });
    expect(await show(one, 'x'.repeat(4094))).toMatchObject({ connectionId: one.id });
  });

  it('is sent at most once in a while, the newest state at last', async () => {
    const one = await join(gateways[0] as ServiceProcess);
    const other = await throughWebSocket(gateways[1] as ServiceProcess);
    const start = performance.now();
    for (let n = 0; n <= 300; n++) {
      const shown = show(one, n);
      if (n % 30 === 0) await shown;
    }
    await sees(other, [one], 300);
    expect(other.told()).toBeLessThanOrEqual((performance.now() - start) / 50 + 1);
  });

  it('is seen only by those who may read the panel', async () => {
    const one = await join(gateways[0] as ServiceProcess);
    const narrow = await throughSocketIo(gateways[1] as ServiceProcess, '*', { paths: ['ws/other*'] });
    const wide = await throughSocketIo(gateways[1] as ServiceProcess, '*');
    await show(one);
    await sees(wide, [one]);
    expect(await show(narrow)).toMatchObject({ code: 'forbidden' });
    expect(narrow.told()).toBe(0);
  });
});

it('the members of a gateway that dies vanish within seconds, and the others are notified', async () => {
  const dying = await stack.start('realtime-gateway');
  const lost = [await throughSocketIo(dying), await throughWebSocket(dying)];
  const staying = [await throughSocketIo(gateways[0] as ServiceProcess)];
  staying.push(await throughWebSocket(gateways[1] as ServiceProcess, '*'));
  for (const one of lost) await show(one);
  for (const one of staying) await sees(one, lost);
  const start = performance.now();
  await dying.stop('SIGKILL');
  for (const one of staying) await sees(one, []);
  expect(performance.now() - start).toBeLessThan(20_000);
  console.log(`members of a dead gateway are gone after ${Math.round(performance.now() - start)} ms`);
});

it('who is present through a gateway that stops is gone at once', async () => {
  const stopping = await stack.start('realtime-gateway', { REALTIME_PRESENCE_LEASE: '60s' });
  const lost = await throughWebSocket(stopping);
  const staying = await throughSocketIo(gateways[0] as ServiceProcess);
  await show(lost);
  await sees(staying, [lost]);
  await stopping.stop();
  await sees(staying, []);
});

it('everybody is seen again after a restart of Redis', async () => {
  const [one, other] = [
    await throughSocketIo(gateways[0] as ServiceProcess),
    await throughWebSocket(gateways[1] as ServiceProcess),
  ];
  await show(one);
  await show(other);
  await sees(one, [other]);
  await sees(other, [one]);
  await redis.kill();
  const beside = await throughSocketIo(gateways[1] as ServiceProcess);
  await sees(beside, [other, one]);
  await redis.restart();
  const late = await throughWebSocket(gateways[0] as ServiceProcess);
  await sees(late, [one, other]);
  for (const who of [one, other]) await show(who, 'moved');
  for (const who of [late, beside]) await sees(who, [one, other], 'moved');
  expect(one.members()).not.toEqual([]);
});
