import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiResponse, OwnRedis, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

const someUser = () => `user-${randomUUID()}`;
const panel = '/api/state/ws/panel';
/** One request in 17 minutes: nothing flows in while a test runs. */
const rare = '0.001';

const statusesOf = (answers: readonly ApiResponse[]) => answers.map(({ status }) => status);
const limitedAmong = (answers: readonly ApiResponse[]) => answers.filter(({ status }) => status === 429);

describe('the limits', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  beforeAll(async () => {
    stack = await TestStack.create();
    api = await stack.start('state-api', {
      RATE_LIMIT_WRITES_PER_SECOND: '20',
      RATE_LIMIT_READS_PER_SECOND: '100',
      CORS_ORIGINS: '["https://app.example"]',
    });
  });
  afterAll(() => stack?.close());

  it('are in each response, and count reads and writes apart', async () => {
    const user = stack.client(api);
    const written = await user.post(panel, { initialState: {} });
    expect(written.status).toBe(201);
    expect(written.headers.get('ratelimit-policy')).toBe('"user-writes";q=20;w=1');
    expect(written.headers.get('ratelimit')).toBe('"user-writes";r=19;t=1');
    const read = await user.get(panel);
    expect(read.headers.get('ratelimit-policy')).toBe('"user-reads";q=100;w=1');
    expect(read.headers.get('ratelimit')).toMatch(/^"user-reads";r=9\d;t=1$/);
    const query = await user.post('/api/state/ws/query', { contains: {} });
    expect([query.status, query.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/^"user-reads";/),
    ]);
  });

  it('are in responses to otherwise refused requests, too', async () => {
    const refused = await stack.client(api).get('/api/state/ws/nothing-here');
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
      404,
      expect.stringMatching(/^"user-reads";r=/),
    ]);
  });

  it('refuse with 429 what goes beyond, and accept it after the stated wait', async () => {
    const user = stack.client(api);
    await user.post(panel, { initialState: {} });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => user.put(panel, { state: {}, version: 1 })),
    );
    const [limited] = limitedAmong(answers);
    expect(limited?.body).toMatchObject({
      error: 'rate_limited',
      status: 429,
      policy: 'user-writes',
      perSecond: 20,
      retryAfterSeconds: 1,
    });
    expect(limited?.headers.get('retry-after')).toBe('1');
    expect(limited?.headers.get('ratelimit')).toBe('"user-writes";r=0;t=1');
    expect(limited?.headers.get('ratelimit-policy')).toBe('"user-writes";q=20;w=1');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await user.put(panel, { state: { n: 1 } }, { 'if-match': '*' })).status).toBe(200);
  });

  it('are of one user: another one has their own', async () => {
    const [busy, calm] = [stack.client(api), stack.client(api)];
    const answers = await Promise.all(Array.from({ length: 60 }, () => busy.delete(panel)));
    expect(limitedAmong(answers)).not.toEqual([]);
    expect((await calm.post(panel, { initialState: {} })).status).toBe(201);
  });

  it('do not count health, the description, or callers without a token', async () => {
    const nobody = stack.client(api);
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) {
      expect((await nobody.get(path)).headers.get('ratelimit')).toBeNull();
    }
    const answers = await Promise.all(Array.from({ length: 150 }, () => fetch(api.url + panel)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  });

  it('can be seen by scripts of other origins', async () => {
    const answer = await stack.client(api).get(panel, { origin: 'https://app.example' });
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy', 'Retry-After']));
  });

  it('count a stream of changes as one read', async () => {
    const user = stack.client(api);
    expect((await user.post(panel, { initialState: {} })).status).toBe(201);
    const stop = new AbortController();
    const stream = await fetch(`${api.url}/api/state/ws/changes`, {
      headers: { ...user.authorization, accept: 'text/event-stream' },
      signal: stop.signal,
    });
    expect([stream.status, stream.headers.get('ratelimit')]).toEqual([200, '"user-reads";r=99;t=1']);
    stop.abort();
  });

  it('count a transaction as a write for every ten operations, all of them or none', async () => {
    const user = stack.client(api);
    const transact = (count: number) =>
      user.post('/api/state/ws/transaction', {
        operations: Array.from({ length: count }, (_, n) => ({ op: 'set', panelId: `p${n}`, state: {} })),
      });
    // 15 writes each, of 20.
    const answers = await Promise.all([transact(150), transact(141)]);
    expect(statusesOf(answers).sort()).toEqual([200, 429]);
    expect(limitedAmong(answers)[0]?.headers.get('retry-after')).toBe('1');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // What would be 100 writes counts as a second's worth.
    expect((await transact(1000)).status).toBe(200);
  });
});

describe('a workspace', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  beforeAll(async () => {
    stack = await TestStack.create();
    const settings = {
      RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND: '0.005',
      RATE_LIMIT_WORKSPACE_READS_PER_SECOND: rare,
    };
    api = await stack.start('state-api', settings);
  });
  afterAll(() => stack?.close());

  it('has limits of its own for all users together, and strangers use up nothing of them', async () => {
    const unlimited = await stack.start('state-api');
    const [owner, member, stranger] = [someUser(), someUser(), someUser()];
    const ownDoor = stack.client(unlimited, owner);
    await ownDoor.post(panel, { initialState: {} });
    await ownDoor.put(`/api/workspaces/ws/members/${member}`, { role: 'viewer' });

    const theirs = `${panel}?owner=${owner}`;
    const asStranger = stack.client(api, stranger);
    for (let n = 0; n < 3; n++) expect((await asStranger.get(theirs)).status).toBe(404);
    const asMember = stack.client(api, member);
    for (let n = 0; n < 3; n++) expect((await asMember.delete(theirs)).status).toBe(403);

    const first = await asMember.get(theirs);
    expect([first.status, first.headers.get('ratelimit-policy')]).toEqual([
      200,
      '"workspace-reads";q=1;w=1000',
    ]);
    const asOwner = stack.client(api, owner);
    const refused = await asOwner.get(panel);
    expect(refused.body).toMatchObject({ error: 'rate_limited', policy: 'workspace-reads' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(900);
    expect((await asOwner.delete(panel)).status).toBe(204);
    expect((await asOwner.delete(panel)).body).toMatchObject({ policy: 'workspace-writes' });
    expect((await asOwner.get('/api/state/another/panel')).status).toBe(404);
    expect((await asOwner.get('/api/workspaces')).status).toBe(200);
  });
});

describe('while Redis is away', () => {
  let redis: OwnRedis;
  let stack: TestStack;
  beforeAll(async () => {
    redis = await OwnRedis.start();
    stack = await TestStack.create({
      REDIS_URL: redis.url,
      RATE_LIMIT_READS_PER_SECOND: rare,
      SNAPSHOT_INTERVAL: 'off',
    });
  });
  afterAll(async () => {
    await stack?.close();
    await redis?.stop();
  });

  it('each process keeps the limits by itself, and they are shared again when it is back', async () => {
    const apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
    const readOnce = async (subject: string) => {
      const answers: ApiResponse[] = [];
      for (const api of apis) {
        const user = stack.client(api, subject);
        answers.push(await user.get('/api/workspaces'), await user.get('/api/workspaces'));
      }
      return statusesOf(answers);
    };
    expect(await readOnce(someUser())).toEqual([200, 429, 429, 429]);

    await redis.kill();
    const subject = someUser();
    const begin = performance.now();
    expect(await readOnce(subject)).toEqual([200, 429, 200, 429]);
    expect(performance.now() - begin).toBeLessThan(5_000);
    for (const api of apis) expect(warningsOf(api)).toHaveLength(1);

    await redis.restart();
    await eventually(
      async () => (await readOnce(someUser())).join() === '200,429,429,429',
      'the limits to be shared again',
    );
  });

  it('no request waits for it, also when it is there and does not respond', async () => {
    const api = await stack.start('state-api');
    const user = stack.client(api);
    await eventually(async () => (await stack.client(api).get('/api/workspaces')).status === 200, 'the API');
    redis.freeze();
    try {
      const begin = performance.now();
      expect(statusesOf([await user.get('/api/workspaces'), await user.get('/api/workspaces')])).toEqual([
        200, 429,
      ]);
      expect(performance.now() - begin).toBeLessThan(900);
    } finally {
      redis.thaw();
    }
  });
});

/** The lines in which a process says that it cannot share the limits. */
function warningsOf(api: ServiceProcess): readonly string[] {
  return api
    .output()
    .split('\n')
    .filter((line) => line.includes('"hint":"rate limits"'));
}
