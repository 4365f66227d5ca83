import { randomUUID } from 'node:crypto';
import { LoopWatch, type ServiceProcess, TestStack, hostilePatches, loopProbe } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let watch: LoopWatch;
const opened: { close(): void }[] = [];

/** More than the gateway reads by default, so that each patch reaches the reader. */
const settings = {
  REALTIME_MESSAGE_BYTES: String(4 * 1024 * 1024),
  SNAPSHOT_INTERVAL: 'off',
  DATABASE_TIMEOUT: '2m',
};

beforeAll(async () => {
  stack = await TestStack.create({ ...settings, ...loopProbe });
  [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
  watch = new LoopWatch(gateway);
});
afterEach(() => opened.splice(0).forEach((client) => client.close()));
afterAll(() => stack?.close());

/** Sends a patch of `ws/panel`, and gives the version it made or the code of its refusal. */
type SendPatch = (patches: unknown) => Promise<unknown>;

async function throughSocketIo(subject: string): Promise<SendPatch> {
  const client = await LiveClient.connect(gateway, subject);
  opened.push(client);
  return async (patches) => {
    const message = { workspaceId: 'ws', panelId: 'panel', version: 1, patches };
    const answer = await client.socket.timeout(60_000).emitWithAck('patch', message);
    return answer.ok ? 'applied' : answer.error.error;
  };
}

async function throughWebSocket(subject: string): Promise<SendPatch> {
  const client = await WebSocketClient.connect(gateway, subject);
  opened.push(client);
  return async (patches) => {
    client.send({ type: 'patch', id: 1, panelId: 'panel', version: 1, patches });
    const answer = await client.until('the answer', ({ type }) => type === 'ack' || type === 'error');
    return answer.type === 'ack' ? 'applied' : answer.code;
  };
}

/** The patches that a message has room for, with what becomes of each. */
const outcomes: Readonly<Record<string, string>> = {
  'copies of copies': 'state_too_large',
  'copies of a large value': 'state_too_large',
  'a large object that is copied again and again': 'patch_too_large',
  'copies into a large object': 'applied',
  '1,000 moves within a large array': 'applied',
  'long pointers': 'patch_failed',
};

describe.each([
  ['Socket.IO', throughSocketIo],
  ['a plain WebSocket', throughWebSocket],
])('a patch over %s leaves the event loop to other connections:', (_door, open) => {
  it.each(Object.entries(outcomes))('%s', async (name, outcome) => {
    const { state, patches } = hostilePatches[name] as (typeof hostilePatches)[string];
    const subject = `user-${randomUUID()}`;
    const made = await stack.client(api, subject).post('/api/state/ws/panel', `{"initialState":${state}}`);
    expect([made.status, made.text]).toEqual([201, made.text]);
    const send = await open(subject);
    const parsed: unknown = JSON.parse(patches());
    let became: unknown;
    const { longestMs, allowedMs } = await watch.holdDuring(async () => (became = await send(parsed)));
    const figures = `${longestMs.toFixed(0)} ms of ${allowedMs.toFixed(0)} ms, ${String(became)}`;
    process.stdout.write(`${expect.getState().currentTestName}: ${figures}\n`);
    expect(became).toBe(outcome);
    expect(longestMs).toBeLessThan(allowedMs);
  });
});
