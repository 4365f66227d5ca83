import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiResponse,
  type ApiClient,
  OwnPostgres,
  OwnRedis,
  type ServiceProcess,
  TestStack,
} from '@nexus-state/test-kit';

const timeoutMs = 2_000;
/** Over the timeout, for the way there and back on a machine that is busy. */
const slackMs = 1_000;
const freezeMs = 10_000;

let postgres: OwnPostgres;
let redis: OwnRedis;
let stack: TestStack;
let api: ServiceProcess;
let services: ServiceProcess[];
let user: ApiClient;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([OwnPostgres.start(), OwnRedis.start()]);
  stack = await TestStack.create(
    { REDIS_URL: redis.url, DATABASE_TIMEOUT: `${timeoutMs}ms`, SNAPSHOT_WAIT: '60s', LOG_LEVEL: 'fatal' },
    postgres.url,
  );
  services = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
  [api] = services as [ServiceProcess];
  user = stack.client(api, 'user-of-database-outages');
});
afterAll(async () => {
  postgres?.thaw();
  await stack?.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const healthOf = async ({ url }: ServiceProcess) => (await fetch(`${url}/health`)).json();
const readinessOf = async ({ url }: ServiceProcess) => (await fetch(`${url}/health/ready`)).status;

/** Waits until every service says that all is well. */
const wellAgain = () =>
  eventually(async () => {
    const all = (await Promise.all(services.map(healthOf))) as { status: string }[];
    return all.every(({ status }) => status === 'healthy');
  }, 'all services to be healthy');

async function timed<T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const began = performance.now();
  return { result: await work, tookMs: performance.now() - began };
}

/** A panel that counts, with how often it was told to and how often that was acknowledged. */
class Counter {
  readonly path = `/api/state/ws/counter-${randomUUID()}`;
  readonly #unanswered = new Set<string>();
  acknowledged = 0;

  async create(): Promise<void> {
    expect((await user.post(this.path, { initialState: { n: 0 } })).status).toBe(201);
  }

  /** Adds one, once, however often this is asked for with the same key. */
  async add(key: string = randomUUID()): Promise<ApiResponse> {
    const answer = await user.patch(this.path, [{ op: 'inc', path: '/n', value: 1 }], {
      ...{ 'content-type': 'application/json-patch+json', 'if-match': '*', 'idempotency-key': key },
    });
    if (answer.status === 200) {
      this.acknowledged++;
      this.#unanswered.delete(key);
    } else this.#unanswered.add(key);
    return answer;
  }

  /** Repeats what was refused, each until it is acknowledged, and expects every one to have counted once. */
  async expectNothingLost(): Promise<void> {
    for (const key of [...this.#unanswered])
      await eventually(async () => (await this.add(key)).status === 200, 'a repeated write');
    const { state, version } = (await user.get(this.path, { 'cache-control': 'no-cache' })).body;
    expect([state.n, version]).toEqual([this.acknowledged, this.acknowledged + 1]);
    await eventually(async () => (await user.get(this.path)).body.version === version, 'the copy');
  }
}

/** Expects a write to be refused in time, with when to try again. */
async function expectRefused(write: () => Promise<ApiResponse>): Promise<void> {
  const { result, tookMs } = await timed(write());
  expect([result.status, result.body.error]).toEqual([503, 'unavailable']);
  expect(Number(result.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(tookMs).toBeLessThan(timeoutMs + slackMs);
}

it('PostgreSQL that is frozen stops writes only, and quickly; it goes on without a restart', async () => {
  const counter = new Counter();
  await counter.create();
  await counter.add();
  await eventually(async () => (await user.get(counter.path)).headers.get('x-cache') === 'hit', 'the copy');
  const job = await user.post('/api/snapshots/ws', {});
  expect(job.status).toBe(201);

  const writers = { running: true };
  const statuses = new Set<number>();
  const writing = Promise.all(
    // More than there are connections, so that some wait for one.
    Array.from({ length: 24 }, async () => {
      while (writers.running) statuses.add((await counter.add()).status);
    }),
  );
  postgres.freeze();
  const thawAt = performance.now() + freezeMs;
  try {
    for (let round = 0; round < 3; round++) {
      await expectRefused(() => counter.add());
      await expectRefused(() => user.get(counter.path, { 'cache-control': 'no-cache' }));
      await expectRefused(() =>
        user.post('/api/state/ws/transaction', { operations: [{ op: 'set', panelId: 'other', state: {} }] }),
      );
      const cached = await timed(user.get(counter.path));
      expect([cached.result.status, cached.result.headers.get('x-cache')]).toEqual([200, 'hit']);
      expect(cached.tookMs).toBeLessThan(timeoutMs);
      for (const service of services) {
        // It asks the database itself, for two seconds at most.
        const health = await timed(healthOf(service));
        expect(health.result).toMatchObject({
          ...{ status: 'degraded', database: 'disconnected', redis: 'connected' },
        });
        expect(health.tookMs).toBeLessThan(2_000 + slackMs);
        expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
        expect(await readinessOf(service)).toBe(503);
      }
    }
    // It is asked for while nobody can take it.
    const asked = await user.post('/api/snapshots/ws', {}, { prefer: 'respond-async' });
    expect([202, 503]).toContain(asked.status);
    await sleep(Math.max(0, thawAt - performance.now()));
  } catch (error) {
    writers.running = false;
    throw error;
  } finally {
    postgres.thaw();
  }
  await wellAgain();
  await eventually(async () => (await counter.add()).status === 200, 'a write');
  writers.running = false;
  await writing;
  expect(statuses).toEqual(new Set([200, 503]));
  await counter.expectNothingLost();
  expect((await user.post('/api/snapshots/ws', {})).status).toBe(201);
});

it.each([
  ['PostgreSQL', ['postgres'], ['postgres']],
  ['PostgreSQL and Redis, PostgreSQL back first', ['postgres', 'redis'], ['postgres', 'redis']],
  ['PostgreSQL and Redis, Redis back first', ['redis', 'postgres'], ['redis', 'postgres']],
])('%s, killed and started again, lose nothing that was acknowledged', async (_, killed, restarted) => {
  const servers: Record<string, OwnPostgres | OwnRedis> = { postgres, redis };
  const counter = new Counter();
  await counter.create();
  const adding = Promise.all(Array.from({ length: 20 }, () => counter.add()));
  for (const name of killed) await servers[name]?.kill();
  await adding;
  for (let n = 0; n < 5; n++) await expectRefused(() => counter.add());
  for (const service of services) {
    const report = await healthOf(service);
    expect(report).toMatchObject({ status: 'degraded', database: 'disconnected' });
    expect(await readinessOf(service)).toBe(503);
  }
  for (const name of restarted) {
    await servers[name]?.restart();
    await counter.add();
  }
  await wellAgain();
  await eventually(async () => (await counter.add()).status === 200, 'a write');
  await counter.expectNothingLost();
  expect((await user.post('/api/snapshots/ws', {})).status).toBe(201);
});
