import { request } from 'node:http';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';

let stack: TestStack;
let replicas: [ServiceProcess, ServiceProcess];

beforeAll(async () => {
  stack = await TestStack.create();
  replicas = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: { panelId: string; version: number };
}

/** Follows server-sent events until told to stop. */
function follow(path: string, token: string, lastEventId?: string) {
  const events: Event[] = [];
  let ended = false;
  const call = request(
    replicas[0].url + path,
    {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
      },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks.filter((one) => !one.startsWith(':'))) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
          events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
        }
      });
      response.on('close', () => (ended = true));
    },
  );
  call.on('error', () => (ended = true));
  call.end();
  return { events, ended: () => ended, stop: () => call.destroy() };
}

const changesOf = (events: readonly { panelId: string; version: number }[]) =>
  events.map(({ panelId, version }) => `${panelId}@${version}`);

describe('the change feed', () => {
  it('tells every change once, in the order of each panel, page by page', async () => {
    const user = stack.client(replicas[0]);
    for (const id of ['a', 'b']) await user.post(`/api/state/ws/${id}`, { initialState: { n: 0 } });
    await user.put('/api/state/ws/a', { state: { n: 1 }, version: 1 });
    await user.delete('/api/state/ws/b');

    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 4; page++) {
      const answer = (await user.get(`/api/state/ws/changes?limit=1${cursor ? `&cursor=${cursor}` : ''}`))
        .body;
      seen.push(...changesOf(answer.changes));
      cursor = answer.nextCursor;
    }
    expect(seen).toEqual(['a@1', 'b@1', 'a@2', 'b@2']);
    const rest = (await user.get(`/api/state/ws/changes?cursor=${cursor}`)).body;
    expect(rest).toEqual({ workspaceId: 'ws', changes: [], nextCursor: cursor, more: false });
  });

  it('begins with what comes next where it is asked to', async () => {
    const user = stack.client(replicas[0]);
    await user.post('/api/state/ws/a', { initialState: {} });
    const { nextCursor } = (await user.get('/api/state/ws/changes?cursor=now')).body;
    await user.post('/api/state/ws/b', { initialState: {} });
    const answer = await eventually(async () => {
      const { changes } = (await user.get(`/api/state/ws/changes?cursor=${nextCursor}`)).body;
      return changes.length > 0 && changes;
    }, 'the change to appear');
    expect(changesOf(answer)).toEqual(['b@1']);
    expect((await user.get('/api/state/ws/changes?cursor=nonsense')).status).toBe(400);
  });

  it('misses and repeats nothing while two processes write, also for who reads in pages meanwhile', async () => {
    const doors = replicas.map((replica) => stack.client(replica, 'feeder')) as [ApiClient, ApiClient];
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await doors[0].post(`/api/state/ws/${id}`, { initialState: { n: 0 } });
    let writing = true;
    const reading = (async () => {
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let last = false; ; last = !writing) {
        const query = cursor ? `?limit=7&cursor=${cursor}` : '?limit=7';
        const answer = (await doors[1].get(`/api/state/ws/changes${query}`)).body;
        seen.push(...changesOf(answer.changes));
        cursor = answer.nextCursor;
        if (last && !answer.more) return seen;
      }
    })();
    const inc = [{ op: 'inc', path: '/n', value: 1 }];
    const json = { 'content-type': 'application/json-patch+json', 'if-match': '*' };
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        (doors[index % 2] as ApiClient).patch(`/api/state/ws/${ids[index % ids.length]}`, inc, json),
      ),
    );
    writing = false;
    const seen = await reading;
    const total = await Promise.all(
      ids.map(async (id) => (await doors[0].get(`/api/state/ws/${id}`)).body.version),
    );
    const expected = ids.flatMap((id, index) =>
      Array.from({ length: total[index] as number }, (_, version) => `${id}@${version + 1}`),
    );
    expect([...seen].sort()).toEqual([...expected].sort());
    for (const id of ids) {
      const ofPanel = seen.filter((one) => one.startsWith(`${id}@`));
      expect(ofPanel).toEqual(expected.filter((one) => one.startsWith(`${id}@`)));
    }
  });

  it('stays open as server-sent events and resumes behind the last one', async () => {
    const user = stack.client(replicas[1], 'streamer');
    await user.post('/api/state/ws/a', { initialState: {} });
    const path = '/api/state/ws/changes';
    const token = testToken('streamer');
    const first = follow(path, token);
    await eventually(() => first.events.length === 1, 'the first event');
    await user.put('/api/state/ws/a', { state: { n: 1 }, version: 1 });
    await eventually(() => first.events.length === 2, 'the live event');
    expect(first.events.map(({ event, data }) => [event, data.panelId, data.version])).toEqual([
      ['change', 'a', 1],
      ['change', 'a', 2],
    ]);
    first.stop();

    await user.put('/api/state/ws/a', { state: { n: 2 }, version: 2 });
    const second = follow(path, token, first.events[1]?.id);
    await eventually(() => second.events.length === 1, 'the missed event');
    expect(second.events[0]?.data.version).toBe(3);
    second.stop();
  });

  it('ends a stream when its token expires', async () => {
    const stream = follow(
      '/api/state/ws/changes',
      testToken('brief', { exp: Math.floor(Date.now() / 1000) + 2 }),
    );
    await eventually(() => stream.ended(), 'the stream to end');
    expect(stream.events.at(-1)).toMatchObject({ event: 'error', data: { error: 'unauthorized' } });
  });

  it('tells nothing of what the token does not reach', async () => {
    const user = stack.client(replicas[0], 'narrow');
    for (const id of ['public-1', 'secret-1']) await user.post(`/api/state/ws/${id}`, { initialState: {} });
    const narrow = stack.client(replicas[0], 'narrow', { paths: ['ws/public-*'] });
    expect(changesOf((await narrow.get('/api/state/ws/changes')).body.changes)).toEqual(['public-1@1']);
    expect((await narrow.get('/api/state/ws')).body.panels).toHaveLength(1);
    expect((await narrow.post('/api/state/ws/query', { contains: {} })).body.panels).toHaveLength(1);
    expect((await narrow.get('/api/state/ws/secret-1')).status).toBe(404);
    expect((await narrow.post('/api/state/ws/secret-2', { initialState: {} })).status).toBe(404);
    expect((await narrow.get('/api/state/other/public-1')).status).toBe(404);
    const operations = [{ op: 'set', panelId: 'secret-1', state: {} }];
    expect((await narrow.post('/api/state/ws/transaction', { operations })).status).toBe(404);
  });
});
