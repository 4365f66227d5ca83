import { randomUUID } from 'node:crypto';
import { type ClientReadableStream, credentials } from '@grpc/grpc-js';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, Watching, json } from './client';

const largeBytes = 300_000;
/** More than the client itself reads ahead, which is 16 messages. */
const writes = 40;

let stack: TestStack;
let subject: string;
let ann: GrpcClient;
let slow: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(() => stack?.close());

/** An API that has so much patience, and two connections to it: one for the slow client. */
async function begin(patience: string): Promise<ServiceProcess> {
  const api = await stack.start('state-api', { REALTIME_STALL_TIMEOUT: patience });
  subject = `ann-${randomUUID()}`;
  ann = new GrpcClient(api, testToken(subject));
  const own = { 'grpc.use_local_subchannel_pool': 1 };
  slow = new GrpcClient(api, testToken(subject), credentials.createInsecure(), own);
  return api;
}
afterEach(() => {
  for (const client of [ann, slow]) client.close();
});

const place = { workspaceId: 'ws', panelId: 'lamp' };
const patch = (n: number) => ({
  ...place,
  patchesJson: json([{ op: 'add', path: '/text', value: String(n).padEnd(largeBytes, '.') }]),
  version: n,
});

/** More changes than a client gets without reading. */
async function writeMany(): Promise<void> {
  for (let n = 1; n <= writes; n++) {
    await ann.call('patch', patch(n));
    await ann.call('putKey', { key: '/k', valueBytes: Buffer.alloc(largeBytes) });
  }
}

/** How many watches have ended with a code. */
async function ended({ url }: ServiceProcess, code: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const line = /^grpc_call_duration_seconds_count\{([^}]*)\} (\d+)$/gm;
  return [...metrics.matchAll(line)]
    .filter(([, labels = '']) => labels.includes('/Watch') && labels.includes(`code="${code}"`))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

const statusOf = (stream: ClientReadableStream<Message>) =>
  new Promise<string>((resolve) => {
    stream.on('error', () => undefined);
    stream.on('status', ({ code }) => resolve(String(code)));
  });

describe('a watcher that does not read', () => {
  it('is ended, and its connection is free of it', async () => {
    const api = await begin('200ms');
    await ann.call('create', { ...place, initialStateJson: json({}) });
    const streams = [
      slow.unread('watch', { ...place, afterVersion: 1 }),
      slow.unread('watch', { workspaceId: 'ws', afterRevision: 0 }),
      slow.unread('watchKeys', { pattern: '*', afterRevision: 0 }),
    ];
    const codes = Promise.all(streams.map(statusOf));
    await writeMany();
    await eventually(async () => (await ended(api, 'RESOURCE_EXHAUSTED')) === 3, 'the watches to end');
    // RESOURCE_EXHAUSTED: told by a reset, since a status would wait behind what is not read.
    expect(await codes).toEqual(['8', '8', '8']);
    expect(streams.every(({ readableFlowing }) => readableFlowing === null)).toBe(true);
    expect((await slow.call('get', place)).response).toMatchObject({ version: writes + 1 });
  });

  it('is told so where it reads again, and goes on without a gap', async () => {
    const api = await begin('15s');
    const other = { ...place, panelId: 'other' };
    await ann.call('create', { ...other, initialStateJson: json({}) });
    const stream = slow.unread('watch', { ...other, afterVersion: 1 });
    const late = new Watching(stream);
    stream.pause();
    for (let n = 1; n <= writes; n++) await ann.call('patch', { ...patch(n), ...other });
    await eventually(async () => (await ended(api, 'RESOURCE_EXHAUSTED')) === 1, 'the watch to end');
    stream.resume();
    expect(await late.ended).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      problem: { code: 'slow_consumer', message: expect.stringContaining('Watch again') },
    });
    const versions = late.messages.map(({ change }) => change.version);
    expect(versions.length).toBeGreaterThan(0);
    // What waited for it was a part of the changes.
    expect(versions.length).toBeLessThan(writes);
    const again = ann.watch('watch', { ...other, afterVersion: versions.at(-1) });
    const rest = await again.changes(writes - versions.length);
    again.cancel();
    expect([...versions, ...rest.map(({ change }) => change.version)]).toEqual(
      Array.from({ length: writes }, (_, n) => n + 2),
    );
  });
});
