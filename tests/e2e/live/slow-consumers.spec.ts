import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { type JsonObject, applyPatch } from '@nexus-state/documents';
import { LiveClient } from '../clients/live-client';
import { StuckSocket, type Told } from '../clients/stuck-socket';
import { WebSocketClient } from '../clients/web-socket-client';

const queueBytes = 256 * 1024;
let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
/** One that has little patience with those who read nothing. */
let impatient: ServiceProcess;
let user: string;
let door: ApiClient;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ REALTIME_QUEUE_BYTES: String(queueBytes), REALTIME_STALL_TIMEOUT: '5m' });
  [api, gateway, impatient] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('realtime-gateway', { REALTIME_STALL_TIMEOUT: '2s' }),
  ]);
});
beforeEach(async () => {
  user = `user-${randomUUID()}`;
  door = stack.client(api, user);
  await door.post(path, { initialState: { n: 0, filler: '' } });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

const path = '/api/state/ws/panel';

/** What a reader looks at in a message about the panel. */
interface Taken {
  readonly version?: number;
  readonly patch?: readonly { readonly path: string; readonly value: unknown }[];
}
const keep = <T extends { close(): void }>(client: T): T => {
  clients.push(client);
  return client;
};

/** Changes the panel, with so many bytes in each change; gives the version it reached. */
async function write(bytes: number): Promise<number> {
  const patch = [
    { op: 'inc', path: '/n', value: 1 },
    { op: 'replace', path: '/filler', value: randomUUID().repeat(Math.ceil(bytes / 36)) },
    { op: 'add', path: '/sentAt', value: Date.now() },
  ];
  const { status, body } = await door.patch(path, patch, {
    'content-type': 'application/json-patch+json',
    'if-match': '*',
  });
  if (status !== 200) throw new Error(`The change was answered with ${status}.`);
  return body.version;
}

/** What was received must be in order, without a gap but before a `state_sync`, and build the states. */
function rebuilt(told: readonly Told[]): { state: unknown; version: number; syncs: number; updates: number } {
  let [state, version, syncs, updates]: [unknown, number, number, number] = [undefined, 0, 0, 0];
  for (const message of told) {
    if (message.name === 'state_sync') {
      syncs++;
      expect(message.version).toBeGreaterThan(version);
      state = message.state;
    } else if (message.name === 'state_update') {
      updates++;
      expect(message.version).toBe(version + 1);
      state = applyPatch(state as JsonObject, message.patch as never).value;
    } else continue;
    version = message.version as number;
  }
  return { state, version, syncs, updates };
}

const doors: ['plain WebSocket' | 'Socket.IO'][] = [['plain WebSocket'], ['Socket.IO']];

describe.each(doors)('a client of the %s door', (kind) => {
  const stuck = async (at = gateway) => {
    const client = keep(await StuckSocket.open(kind, at, user));
    client.subscribe('panel');
    await client.reaches('panel', 1);
    return client;
  };

  it('that stops reading gets a fresh state in place of the backlog, and every update after it', async () => {
    const slow = await stuck();
    const other = keep(await LiveClient.connect(gateway, user));
    await other.ask('subscribe', { workspaceId: 'ws', panelId: 'panel' });
    slow.stopReading();
    let version = 0;
    // Far more than the buffers of the system take; the other one has each before the next, however busy the machine is.
    for (let n = 0; n < 80; n++) {
      version = await write(256 * 1024);
      await other.reaches('panel', version);
    }
    expect(other.versions('panel')).toEqual(Array.from({ length: version }, (_, index) => index + 1));

    slow.read();
    await slow.reaches('panel', version);
    for (let n = 0; n < 5; n++) version = await write(10);
    await slow.reaches('panel', version);
    const { body } = await door.get(path, { 'cache-control': 'no-cache' });
    const seen = rebuilt(slow.of('panel'));
    expect(seen).toMatchObject({ state: body.state, version });
    expect(seen.syncs).toBeGreaterThan(1);
    expect(seen.syncs + seen.updates).toBeLessThan(version);
  });

  it('that stops reading learns of a deletion of the panel meanwhile', async () => {
    const slow = await stuck();
    slow.stopReading();
    let version = 0;
    for (let n = 0; n < 80; n++) version = await write(256 * 1024);
    expect((await door.delete(path)).status).toBe(204);
    slow.read();
    await slow.reaches('panel', version + 1);
    expect(slow.of('panel').at(-1)).toMatchObject({ name: 'panel_deleted', version: version + 1 });
    rebuilt(slow.of('panel'));
  });

  it('that reads nothing is dropped, and notified where it can be', async () => {
    const slow = await stuck(impatient);
    slow.stopReading();
    const dropped = () => impatient.output().split('slow consumer disconnected').length - 1;
    const before = dropped();
    const writing = new AbortController();
    const traffic = (async () => {
      while (!writing.signal.aborted) await write(256 * 1024);
    })();
    await eventually(() => dropped() > before, 'the slow client to be dropped');
    slow.read();
    writing.abort();
    await traffic;
    await eventually(() => slow.closed, 'the connection to end', 20_000);
    const [error] = slow.received.filter(({ name }) => name === 'error');
    // What the system had taken reaches the client before it; the reset may come first.
    if (error) expect(error).toMatchObject({ code: 'slow_consumer' });
  });

  it('that reads slowly, but reads, is not dropped', async () => {
    const slow = await stuck(impatient);
    let writing = true;
    const reading = (async () => {
      while (writing && !slow.closed) {
        slow.stopReading();
        await sleep(300);
        slow.read();
        await sleep(2);
      }
    })();
    let version = 0;
    const end = Date.now() + 8_000;
    for (let n = 0; n < 60 || Date.now() < end; n++) version = await write(256 * 1024);
    writing = false;
    await reading;
    slow.read();
    await slow.reaches('panel', version);
    expect(slow.closed).toBeUndefined();
  });
});

it('clients that do not read delay no others and fill no memory', async () => {
  const readers = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const reader = { version: 0, latencies: [] as number[] };
      const take = ({ version, patch = [] }: Taken) => {
        reader.version = version ?? reader.version;
        const sentAt = patch.find((operation) => operation.path === '/sentAt')?.value;
        if (typeof sentAt === 'number') reader.latencies.push(Date.now() - sentAt);
      };
      if (n % 2 === 0) {
        const client = keep(await LiveClient.connect(gateway, user));
        await client.ask('subscribe', { workspaceId: 'ws', panelId: 'panel' });
        client.socket.on('state_update', take).on('state_sync', take);
      } else {
        const client = keep(await WebSocketClient.connect(gateway, user));
        await client.ask({ type: 'subscribe', panelId: 'panel' });
        client.socket.on('message', (text) => take(JSON.parse(String(text)) as Taken));
      }
      return reader;
    }),
  );
  const allReach = (version: number) =>
    eventually(() => readers.every((reader) => reader.version === version), 'everybody to be there');
  const p99 = async (count: number, bytes: number) => {
    for (const { latencies } of readers) latencies.length = 0;
    let version = 0;
    for (let n = 0; n < count; n++) version = await write(bytes);
    await allReach(version);
    const all = readers.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
    expect(all).toHaveLength(count * readers.length);
    return all[Math.floor(all.length * 0.99)] as number;
  };
  await p99(100, 100);
  const [before, rssBefore] = [await p99(300, 100), residentMiB(gateway)];

  const stuck = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const client = keep(
        await StuckSocket.open(n % 2 === 0 ? 'Socket.IO' : 'plain WebSocket', gateway, user),
      );
      client.subscribe('panel');
      await client.reaches('panel', 1);
      client.stopReading();
      return client;
    }),
  );
  let version = 0;
  for (let n = 0; n < 60; n++) version = await write(256 * 1024);
  await allReach(version);
  const [amid, rssAmid] = [await p99(300, 100), residentMiB(gateway)];
  console.log(
    `p99 of ${readers.length} readers: ${before} ms, beside ${stuck.length} that do not read ${amid} ms; ` +
      `memory of the gateway: ${rssBefore} MiB, then ${rssAmid} MiB`,
  );
  expect(amid).toBeLessThan(5 * before + 500);
  // Each may hold its bound and one message; the rest is for what the runtime has not collected yet.
  const bound = (stuck.length * (queueBytes + 256 * 1024)) / 1024 / 1024;
  expect(rssAmid - rssBefore).toBeLessThan(bound + 200);
});

function residentMiB({ pid }: ServiceProcess): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
}
