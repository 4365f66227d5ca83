import { randomUUID } from 'node:crypto';
import {
  LoopWatch,
  type ServiceProcess,
  TestStack,
  hostilePatches,
  listText,
  loopProbe,
  membersText,
} from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let watch: LoopWatch;
const opened: { close(): void }[] = [];

/** The most that the gateway can be made to read. */
const messageBytes = 8 * 1024 * 1024;
const settings = {
  REALTIME_MESSAGE_BYTES: String(messageBytes),
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

/** Sends a patch of `ws/panel`, and gives what became of it. @param members of the message, as JSON */
type SendPatch = (members: string) => Promise<unknown>;

async function throughSocketIo(subject: string): Promise<SendPatch> {
  const client = await LiveClient.connect(gateway, subject);
  opened.push(client);
  return async (members) => {
    // Socket.IO's own client has no way to send a text as it is.
    const { acks, io } = client.socket as unknown as RawSocket;
    const answer = await new Promise<Answer>((resolve) => {
      acks[1] = resolve;
      io.engine.write(`2/state,1["patch",{"workspaceId":"ws","panelId":"panel","version":1,${members}}]`);
    });
    return answer.ok ? 'applied' : answer.error.error;
  };
}

interface RawSocket {
  readonly acks: Record<number, (answer: Answer) => void>;
  readonly io: { readonly engine: { write(packet: string): void } };
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: { readonly error: string } };

async function throughWebSocket(subject: string): Promise<SendPatch> {
  const client = await WebSocketClient.connect(gateway, subject);
  opened.push(client);
  return async (members) => {
    client.socket.send(`{"type":"patch","id":1,"panelId":"panel","version":1,${members}}`);
    const answer = await client.until('the answer', ({ type }) => type === 'ack' || type === 'error', 60_000);
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
  'operations that are none': 'patch_too_large',
  'far too many operations': 'patch_too_large',
};

/** Messages that are more than their patch, each as the members of one, with what becomes of it. */
const bodies: Readonly<Record<string, readonly [members: () => string, outcome: string]>> = {
  'an object of many members': [
    () => `"patches":[{"op":"add","path":"/a","value":${membersText(80_000, () => '1')}}]`,
    'applied',
  ],
  'a member twice among many': [
    () =>
      `"patches":[{"op":"add","path":"/a","value":${membersText(400_000, () => '1').slice(0, -1)},"k0":1}}]`,
    'bad_message',
  ],
  'hundreds of thousands of fields': [
    () => `"patches":[],${membersText(400_000, () => '1').slice(1, -1)}`,
    'bad_message',
  ],
  'a message of the largest size': [() => `"patches":[]${' '.repeat(messageBytes - 1_000)}`, 'applied'],
  'numbers to the end': [() => `"patches":${listText(1_200_000, () => '1')}`, 'bad_message'],
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
    await expectShort(await open(subject), `"patches":${patches()}`, outcome);
  });

  it.each(Object.entries(bodies))('%s', async (_, [members, outcome]) => {
    const subject = `user-${randomUUID()}`;
    await stack.client(api, subject).post('/api/state/ws/panel', { initialState: {} });
    await expectShort(await open(subject), members(), outcome);
  });
});

async function expectShort(send: SendPatch, members: string, outcome: string): Promise<void> {
  let became: unknown;
  const { longestMs, allowedMs } = await watch.holdDuring(async () => (became = await send(members)));
  const figures = `${longestMs.toFixed(0)} ms of ${allowedMs.toFixed(0)} ms, ${String(became)}`;
  process.stdout.write(`${expect.getState().currentTestName}: ${figures}\n`);
  expect(became).toBe(outcome);
  expect(longestMs).toBeLessThan(allowedMs);
}
