import { ApiClient, Launched, planted } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { LiveClient, range } from '../clients/live-client';

jest.setTimeout(300_000);

const sweepMs = 4_000;
const panels = Array.from({ length: 20 }, (_, n) => `panel-${n}`);
const pathOf = (panelId: string) => `/api/state/ws/${panelId}`;

let launched: Launched;
let user: ApiClient;
let follower: LiveClient;
/** The newest version of each panel that was acknowledged. */
const versions = new Map<string, number>();

beforeAll(async () => {
  launched = await Launched.start({ REALTIME_SWEEP_INTERVAL: `${sweepMs}ms`, DATABASE_TIMEOUT: '2s' });
  user = new ApiClient(launched.address('State API'), launched.token);
  for (const panelId of panels) {
    expect((await user.post(pathOf(panelId), { initialState: { n: 1 } })).status).toBe(201);
    versions.set(panelId, 1);
  }
  follower = LiveClient.open({ url: launched.address('Realtime gateway') } as never, {
    auth: { token: launched.token },
  });
  await eventually(() => follower.socket.connected, 'the live connection');
  expect(await follower.ask('subscribe', { workspaceId: 'ws', panelId: '*' })).toMatchObject({ ok: true });
});
afterAll(async () => {
  follower?.close();
  await launched?.stop();
});

const health = async () => (await fetch(`${launched.address('State API')}/health`)).json();
const ready = async () => (await fetch(`${launched.address('State API')}/health/ready`)).status;

/** Writes a panel once, and tells what came of it. */
async function write(panelId: string) {
  const version = versions.get(panelId) as number;
  const state = { n: version + 1, secret: planted('state') };
  const answer = await user.put(pathOf(panelId), { state, version }, { 'idempotency-key': planted('key') });
  if (answer.status === 200) versions.set(panelId, answer.body.version);
  return answer;
}

/** Kills a server so often that it stays away for two seconds at least before it is started again. */
async function takeAway(server: 'Redis' | 'PostgreSQL'): Promise<void> {
  const began = launched.said(`${server} is ready again.`);
  for (let kill = 0; kill < 2; kill++) {
    launched.kill(server);
    await eventually(
      () => launched.said(`${server} is ready again.`) === began + kill + 1,
      `${server} again`,
    );
  }
  launched.kill(server);
  await eventually(() => launched.output.includes(`${server} ended (`), 'the launcher to see it');
}

const back = (server: 'Redis' | 'PostgreSQL', times: number) =>
  eventually(() => launched.said(`${server} is ready again.`) === times, `${server} to be started again`);

/** Expects reads through the cache to be what PostgreSQL holds, and the follower to have got every version once. */
async function expectNothingStale(): Promise<void> {
  for (const panelId of panels) {
    const truth = (await user.get(pathOf(panelId), { 'cache-control': 'no-cache' })).body;
    expect(truth.version).toBe(versions.get(panelId));
    const copy = await eventually(async () => {
      const answer = await user.get(pathOf(panelId));
      // Never something old, also not for a while.
      expect([answer.body.version, answer.body.state]).toEqual([truth.version, truth.state]);
      return answer.headers.get('x-cache') === 'hit' ? answer : undefined;
    }, 'the copy');
    expect(copy.body).toEqual(truth);
    await follower.reaches(panelId, truth.version);
    const seen = follower.versions(panelId).filter((version) => version > 1);
    expect(seen).toEqual(range(2, truth.version));
    expect(follower.rebuilt(panelId)).toEqual(truth.state);
  }
}

it('goes on without Redis, starts it again, and serves nothing stale', async () => {
  for (const panelId of panels) await write(panelId);
  await takeAway('Redis');
  expect(
    await eventually(async () => {
      const report = (await health()) as { redis: string };
      return report.redis === 'disconnected' && report;
    }, 'the outage to be seen'),
  ).toMatchObject({ status: 'degraded', database: 'connected' });
  expect(await ready()).toBe(200);
  for (const panelId of panels) {
    expect((await write(panelId)).status).toBe(200);
    const { status, body } = await user.get(pathOf(panelId));
    expect([status, body.version]).toEqual([200, versions.get(panelId)]);
  }
  for (const panelId of panels) await follower.reaches(panelId, versions.get(panelId) as number);

  await back('Redis', 3);
  await eventually(async () => ((await health()) as { status: string }).status === 'healthy', 'Redis');
  expect(launched.output).toMatch(/Redis ended \(signal SIGKILL\); starting it again in 2 s\./);
  await expectNothingStale();
  // Updates come at once again, and not with the next sweep only.
  await eventually(async () => {
    const began = performance.now();
    expect((await write('panel-0')).status).toBe(200);
    await follower.reaches('panel-0', versions.get('panel-0') as number);
    return performance.now() - began < sweepMs / 4;
  }, 'updates that come at once');
});

it('refuses writes without PostgreSQL, starts it again, and has lost nothing', async () => {
  for (const panelId of panels) await user.get(pathOf(panelId));
  await takeAway('PostgreSQL');
  const refused = await write('panel-1');
  if (refused.status !== 200) expect([refused.status, refused.body.error]).toEqual([503, 'unavailable']);
  expect((await user.get(pathOf('panel-1'))).status).toBe(200);
  await back('PostgreSQL', 3);
  await eventually(async () => ((await health()) as { status: string }).status === 'healthy', 'PostgreSQL');
  expect(await ready()).toBe(200);
  for (const panelId of panels) {
    const { body } = await user.get(pathOf(panelId), { 'cache-control': 'no-cache' });
    // What was not acknowledged may have happened.
    expect(body.version).toBeGreaterThanOrEqual(versions.get(panelId) as number);
    versions.set(panelId, body.version);
    expect((await write(panelId)).status).toBe(200);
  }
  await expectNothingStale();
});
