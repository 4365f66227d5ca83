import {
  type ApiClient,
  LoopWatch,
  type ServiceProcess,
  TestStack,
  loopProbe,
  hostilePatches,
} from '@nexus-state/test-kit';
import * as hostile from './event-loop/hostile';

let stack: TestStack;
let api: ServiceProcess;
let watch: LoopWatch;

/** The database of a busy machine may need long; this is about the event loop. */
const patient = { SNAPSHOT_INTERVAL: 'off', DATABASE_TIMEOUT: '2m', QUERY_TIMEOUT: '2m' };

beforeAll(async () => {
  stack = await TestStack.create({ ...patient, ...loopProbe });
  api = await stack.start('state-api');
  watch = new LoopWatch(api);
});
afterAll(async () => {
  await stack?.close();
});

const panel = '/api/state/ws/panel';
const mergePatch = { 'content-type': 'application/merge-patch+json', 'if-match': '*' };

interface ApiResponse {
  readonly status: number;
  readonly text: string;
}

/** Sends a request, and checks how long the service held its event loop for it. */
async function holdsShort(send: () => Promise<ApiResponse>): Promise<ApiResponse> {
  let answer: ApiResponse | undefined;
  const { longestMs, allowedMs } = await watch.holdDuring(async () => (answer = await send()));
  if (!answer) throw new Error('There is no answer.');
  const figures = `${longestMs.toFixed(0)} ms of ${allowedMs.toFixed(0)} ms, status ${answer.status}`;
  process.stdout.write(`${expect.getState().currentTestName}: ${figures}\n`);
  expect(longestMs).toBeLessThan(allowedMs);
  // Room for conflicts with both values of a state of 1 MiB.
  expect(answer.text.length).toBeLessThan(4_000_000);
  return answer;
}

async function newPanel(initialState: string): Promise<ApiClient> {
  const user = stack.client(api);
  const made = await user.post(panel, `{"initialState":${initialState}}`);
  expect([made.status, made.text]).toEqual([201, made.text]);
  return user;
}

describe('a patch leaves the event loop to other requests:', () => {
  it.each(Object.entries(hostilePatches))('%s', async (_, { state, patches, status }) => {
    const user = await newPanel(state);
    const answer = await holdsShort(() => user.patch(panel, `{"version":1,"patches":${patches()}}`));
    expect(answer.status).toBe(status);
  });

  it.each(Object.entries(hostilePatches))(
    '%s, based on an old version',
    async (_, { state, patches, status }) => {
      const user = await newPanel(state);
      await user.patch(panel, { version: 1, patches: [{ op: 'add', path: '/other', value: 1 }] });
      const answer = await holdsShort(() => user.patch(panel, `{"version":1,"patches":${patches()}}`));
      expect([status, 409]).toContain(answer.status);
    },
  );

  it.each(Object.entries(hostilePatches))('%s, in a transaction', async (_, { state, patches, status }) => {
    const user = await newPanel(state);
    const operations = `[{"op":"patch","panelId":"panel","patches":${patches()}}]`;
    const answer = await holdsShort(() =>
      user.post('/api/state/ws/transaction', `{"operations":${operations}}`),
    );
    expect(answer.status).toBe(status);
  });
});

describe('a body leaves the event loop to other requests:', () => {
  it.each(Object.entries(hostile.bodies))('%s', async (_, { body, status }) => {
    const user = await newPanel('{}');
    const put = await holdsShort(() => user.put(panel, `{"version":1,"state":${body()}}`));
    expect(put.status).toBe(status);
    const merge = await holdsShort(() => user.patch(panel, body(), mergePatch));
    expect([status, 400]).toContain(merge.status);
    const query = await holdsShort(() => user.post('/api/state/ws/query', `{"contains":${body()}}`));
    expect([status, 400]).toContain(query.status);
  });
});

it('the fingerprint of a large body leaves the event loop to other requests', async () => {
  const user = await newPanel('{}');
  const body = `{"version":1,"state":{"a":"x"}${' '.repeat(15_000_000)}}`;
  const key = { 'idempotency-key': 'large' };
  const first = await holdsShort(() => user.put(panel, body, key));
  const again = await holdsShort(() => user.put(panel, body, key));
  expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
  expect((await user.put(panel, body.replace('"x"', '"y"'), key)).status).toBe(422);
});

it('a body of hundreds of thousands of unknown fields leaves the event loop to other requests', async () => {
  const user = await newPanel('{}');
  const fields = `{"state":{},${hostile.fields(400_000)}}`;
  for (const send of [
    () => user.put(panel, fields),
    () => user.call('DELETE', panel, fields),
    () => user.post('/api/state/ws/query', fields),
    () => user.post('/api/state/ws/transaction', `{"operations":[${fields}]}`),
    () => user.patch(panel, `{"version":1,"patches":[${fields}]}`),
    () => user.post('/api/workspaces/ws/activate', fields),
  ])
    expect((await holdsShort(send)).status).toBe(400);
});

describe('a comparison leaves the event loop to other requests:', () => {
  it.each(Object.entries(hostile.pairs))('%s', async (_, { from, to }) => {
    const user = await newPanel(from());
    const replaced = await holdsShort(() => user.put(panel, `{"version":1,"state":${to()}}`));
    expect(replaced.status).toBe(200);
    const reverted = await holdsShort(() => user.post(`${panel}/revert`, { targetVersion: 1 }));
    expect(reverted.status).toBe(200);
    const merged = await holdsShort(() =>
      user.put(panel, `{"version":2,"state":${from()},"onConflict":"overwrite"}`),
    );
    expect([200, 409]).toContain(merged.status);
    const patched = await holdsShort(() => user.patch(panel, to(), mergePatch));
    expect(patched.status).toBe(200);
  });
});

it('a transaction that sets many large states leaves the event loop to other requests', async () => {
  const user = stack.client(api);
  const operations = hostile.largeSets(12);
  const answer = await holdsShort(() =>
    user.post('/api/state/ws/transaction', `{"operations":${operations}}`),
  );
  expect(answer.status).toBe(200);
});

it('a patch that is merged over thousands of changes leaves the event loop to other requests', async () => {
  const user = await newPanel(JSON.stringify({ text: 'x'.repeat(500_000), n: 0 }));
  let version = 1;
  for (let round = 0; round < 10; round++) {
    const { body } = await user.patch(panel, { version, patches: hostile.countUp(400) });
    version = body.version;
  }
  const patches = Array.from({ length: 1000 }, (_, index) => ({
    op: 'add',
    path: `/k${index}`,
    value: index,
  }));
  const answer = await holdsShort(() => user.patch(panel, { version: 1, patches }));
  expect(answer.status).toBe(200);
});
