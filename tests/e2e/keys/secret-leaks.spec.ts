import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiClient,
  OwnRedis,
  type ServiceProcess,
  TestStack,
  TraceCollector,
  testToken,
} from '@nexus-state/test-kit';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { followEvents } from '../clients/follow-events';
import { LiveClient } from '../clients/live-client';
import { WebSocketClient } from '../clients/web-socket-client';
import { GrpcClient, type Message } from '../grpc/client';
import { plantOverGrpc } from './plant-over-grpc';

const subject = 'keeper';
const secret = `s3cr3t${randomBytes(18).toString('hex')}`;
/** What may be found: it shows that each place is searched. */
const open = `0pen${randomBytes(18).toString('hex')}`;
const mergePatch = { 'content-type': 'application/merge-patch+json' };
const keys = [`old:${randomBytes(32).toString('base64')}`, `new:${randomBytes(32).toString('base64')}`];
const encryption = { STATE_ENCRYPTION_KEYS: keys.join(',') };

let redis: OwnRedis;
let collector: TraceCollector;
let stack: TestStack;
let services: readonly ServiceProcess[];
let user: ApiClient;
const commands: string[] = [];
let monitor: Redis;

beforeAll(async () => {
  [redis, collector] = await Promise.all([OwnRedis.start(), TraceCollector.start()]);
  stack = await TestStack.create({
    ...encryption,
    REDIS_URL: redis.url,
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  monitor = await new Redis(redis.url).monitor();
  monitor.on('monitor', (_time: string, args: readonly string[]) => commands.push(args.join(' ')));
  services = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
  user = stack.client(services[0] as ServiceProcess, subject);
});
afterAll(async () => {
  monitor?.disconnect();
  await stack?.close();
  await Promise.all([redis?.stop(), collector?.close()]);
});

/** A text as it may be found: as it is, in hex, and in Base64 wherever it begins in what is encoded. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + text).toString('base64');
    return encoded.slice(Math.ceil((before * 4) / 3) + 1, -4);
  });
  return [text, Buffer.from(text).toString('hex'), ...base64];
}

const finds = (place: string, text: string) => formsOf(text).some((form) => place.includes(form));

/** A message with its bytes as text. */
const readable = ({ change, ...message }: Message) => ({
  ...message,
  change: { ...change, valueJson: change?.valueJson?.toString(), valueBytes: change?.valueBytes?.toString() },
});

/** Every row of every table, bytes as readable as they are. */
async function allRows(): Promise<string> {
  const client = new Client({ connectionString: stack.settings['DATABASE_URL'] });
  await client.connect();
  try {
    await client.query(`SET bytea_output = 'escape'`);
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} AS t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** Every byte of the files below a folder. */
function allFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/** Writes the secret through every door, taken and refused. */
async function plantEverywhere(): Promise<void> {
  const value = { password: secret, deep: [{ secret }] };
  const once = { 'idempotency-key': 'once' };
  for (let time = 0; time < 2; time++) await user.put('/api/kv/a', { value, sensitive: true }, once);
  await user.put('/api/kv/a', { value: { more: secret }, sensitive: true }, once);
  await user.put('/state/%2Fb', { value: secret, sensitive: true, ttlSeconds: 3600 });
  const bytes = Buffer.from(secret).toString('base64');
  await user.put('/api/kv/?key=flat', { value: bytes, encoding: 'base64', sensitive: true });
  await user.patch('/api/kv/a', { again: secret }, { ...mergePatch, 'idempotency-key': 'merge' });
  await user.patch('/api/kv/a?version=1', { again: secret }, mergePatch);
  const set = { set: { key: '/t', value: { secret }, sensitive: true } };
  await user.post('/api/kv', { transaction: [set] });
  await user.post('/api/kv', { transaction: [{ check: { key: '/t', version: 7 } }, set] });
  const { fencingToken } = (await user.post('/api/locks/l', { ttlMs: 60_000 })).body;
  for (const fence of [fencingToken, fencingToken + 1]) {
    const lock = { name: 'l', fencingToken: fence };
    await user.put('/api/kv/locked', { value: secret, sensitive: true, lock });
  }
  // A write that does not say so, of a key that is sensitive.
  await user.put('/api/kv/b', { value: { replaced: secret } });
  // What is refused for its form or its content.
  const body = JSON.stringify({ value: secret, sensitive: true });
  for (const malformed of [body.slice(0, -9), `${body}x`, secret, `"${secret}`, `[${body}`]) {
    await user.put('/api/kv/a', malformed);
    await user.patch('/api/kv/a', malformed, mergePatch);
    await user.post('/api/kv', malformed);
  }
  for (const wrong of [
    { value: secret, sensitive: secret },
    { value: secret, sensitive: true, version: secret },
    { value: secret, sensitive: true, ttlSeconds: secret },
    { value: `%${secret}`, encoding: 'base64', sensitive: true },
    { value: secret, encoding: secret, sensitive: true },
    { value: { secret: `${secret}\u0000` }, sensitive: true },
    { value: secret.repeat(30_000), sensitive: true },
    { value: secret, sensitive: true, version: 99 },
    { valeu: secret, sensitive: true },
  ]) {
    const refused = await user.put('/api/kv/a', wrong);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    // The value of a wrong member is a caller's text; what is stored is never quoted.
    expect(refused.text.includes(`"${secret}"`)).toBe(false);
  }
  await user.call('PUT', '/api/kv/a', secret, { 'content-type': 'text/plain' });
}

it('a sensitive value is in no byte that the services wrote', async () => {
  const gateway = services[1] as ServiceProcess;
  const live = await LiveClient.connect(gateway, subject);
  await user.post('/api/state/ws/panel', { initialState: { open } });
  const socket = await WebSocketClient.connect(gateway, subject);
  await live.ask('watch', { pattern: '*' });
  await socket.ask({ type: 'watch', pattern: '*' });

  const grpc = new GrpcClient(services[0] as ServiceProcess, testToken(subject));
  const watch = grpc.watch('watchKeys', { pattern: '*', afterRevision: 0 });

  await plantEverywhere();
  const called = await plantOverGrpc(grpc, secret);
  await user.put('/api/kv/open', { value: open });
  await user.post('/api/snapshots/ws', {});
  const lists = await Promise.all(
    ['/api/kv?values=true', '/api/kv', '/openapi.json', '/metrics', '/health'].map((at) => user.get(at)),
  );
  const { revision } = (await user.get('/api/kv')).body;
  const shows = (received: readonly unknown[]) => JSON.stringify(received).includes(open);
  await eventually(
    () => [live.received, socket.received, watch.messages.map(readable)].every(shows),
    'the events',
  );
  const streamed = await followEvents(
    `${(services[0] as ServiceProcess).url}/api/watch?pattern=*&since=0`,
    testToken(subject),
    revision + 1,
  );
  expect((await user.get('/api/kv/a')).body.value).toMatchObject({ password: secret, again: secret });

  const command = path.join(__dirname, '../../../libs/adapters/postgres/dist/reencrypt.js');
  const env = {
    DATABASE_URL: stack.settings['DATABASE_URL'],
    STATE_ENCRYPTION_KEYS: [...keys].reverse().join(','),
  };
  const printed = await promisify(execFile)(process.execPath, [command], { env });
  live.socket.disconnect();
  watch.cancel();
  grpc.close();
  socket.close();
  await Promise.all(services.map((service) => service.stop()));

  const places: Record<string, string> = {
    'the logs': services.map((service) => service.output()).join('\n'),
    'the traces': JSON.stringify(collector.spans),
    'the commands to Redis': commands.join('\n'),
    'the memory of Redis': (await redis.dump()).toString('latin1'),
    'the tables': await allRows(),
    'the repositories': allFiles(stack.gitRoot),
    'the lists': lists.map(({ text }) => text).join('\n'),
    'the stream': streamed,
    'Socket.IO': JSON.stringify(live.received),
    'the WebSocket': JSON.stringify(socket.received),
    'the calls': called,
    'the watch over gRPC': JSON.stringify(watch.messages.map(readable)),
    'the command': printed.stdout + printed.stderr,
  };
  for (const [place, text] of Object.entries(places)) {
    expect([place, text.length > 20]).toEqual([place, true]);
    expect([place, finds(text, secret)]).toEqual([place, false]);
  }
  for (const place of [
    'the tables',
    'the lists',
    'the stream',
    'Socket.IO',
    'the WebSocket',
    'the watch over gRPC',
  ]) {
    expect([place, finds(places[place] ?? '', open)]).toEqual([place, true]);
  }
});
