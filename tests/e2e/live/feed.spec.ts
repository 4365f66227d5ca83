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

/** Follows server-sent events until it is stopped. */
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
  it('lists every change once, in the order of each panel, page by page', async () => {
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
    await stack.client(replicas[0], 'brief').post('/api/state/ws/a', { initialState: {} });
    const stream = follow(
      '/api/state/ws/changes',
      testToken('brief', { exp: Math.floor(Date.now() / 1000) + 2 }),
    );
    await eventually(() => stream.ended(), 'the stream to end');
    expect(stream.events.at(-1)).toMatchObject({ event: 'error', data: { error: 'unauthorized' } });
  });

  it('ends a stream when its workspace is deleted', async () => {
    const worker = await stack.start('snapshot-worker');
    const user = stack.client(replicas[0], 'deleter');
    await user.post('/api/state/ws/a', { initialState: {} });
    const stream = follow('/api/state/ws/changes', testToken('deleter'));
    await eventually(() => stream.events.length === 1, 'the first event');
    expect((await user.delete('/api/workspaces/ws')).status).toBe(204);
    await eventually(() => stream.ended(), 'the stream to end');
    expect(stream.events.at(-1)).toMatchObject({ event: 'error', data: { error: 'not_found' } });
    await worker.stop();
  });

  it('refuses a stream of a workspace that is not there, and gives an empty page of it', async () => {
    const user = stack.client(replicas[0], 'nobody');
    const accept = { accept: 'Text/Event-Stream;q=0.9' };
    const stream = await user.get('/api/state/ws/changes', accept);
    expect([stream.status, stream.body.error]).toEqual([404, 'not_found']);
    const page = await user.get('/api/state/ws/changes');
    expect(page.body).toEqual({ workspaceId: 'ws', changes: [], nextCursor: null, more: false });
  });

  it('takes an empty Last-Event-ID as none', async () => {
    const user = stack.client(replicas[0], 'fresh');
    for (const id of ['a', 'b']) await user.post(`/api/state/ws/${id}`, { initialState: {} });
    const empty = { 'last-event-id': '' };
    const all = await eventually(async () => {
      const { changes } = (await user.get('/api/state/ws/changes', empty)).body;
      return changes.length === 2 ? changes : undefined;
    }, 'both changes');
    const rest = await user.get(`/api/state/ws/changes?cursor=${all[0].cursor}`, empty);
    expect(changesOf(rest.body.changes)).toEqual(['b@1']);
  });

  it('refuses a cursor that it has not reached, as a page and as a stream', async () => {
    const user = stack.client(replicas[0], 'ahead');
    await user.post('/api/state/ws/a', { initialState: {} });
    for (const headers of [{}, { accept: 'text/event-stream' }] as Record<string, string>[]) {
      for (const position of [{ 'last-event-id': '9000000-1' }, {}] as Record<string, string>[]) {
        const query = position['last-event-id'] ? '' : '?cursor=9000000-1';
        const answer = await user.get(`/api/state/ws/changes${query}`, { ...headers, ...position });
        expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
        expect(answer.body.errors).toEqual([
          { pointer: 'cursor', message: expect.stringContaining('ahead of it') },
        ]);
      }
    }
  });

  it('gives hundreds of large changes in pages that end early, and misses none', async () => {
    const user = stack.client(replicas[0], 'large');
    const text = 'x'.repeat(1_000_000);
    const count = 30;
    for (let n = 0; n < count; n++) {
      const write =
        n === 0
          ? user.post('/api/state/ws/a', { initialState: { n, text } })
          : user.put('/api/state/ws/a', { state: { n, text: `${n}${text}` }, version: n });
      expect((await write).status).toBeLessThan(300);
    }
    const seen: string[] = [];
    await eventually(async () => {
      let cursor: string | undefined;
      seen.length = 0;
      for (let more = true; more;) {
        const answer = await user.get(`/api/state/ws/changes?limit=1000${cursor ? `&cursor=${cursor}` : ''}`);
        expect(answer.status).toBe(200);
        expect(answer.text.length).toBeLessThan(10_000_000);
        seen.push(...changesOf(answer.body.changes));
        ({ nextCursor: cursor, more } = answer.body);
      }
      return seen.length === count;
    }, 'every change');
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => `a@${n + 1}`));
    const history = await user.get('/api/state/ws/a/history?limit=1000');
    expect([history.status, history.body.totalChanges]).toEqual([200, count]);
    expect(history.body.history.length).toBeLessThan(count);
    expect((await user.get('/api/state/ws/a?include_history=true')).status).toBe(200);
  }, 120_000);

  it('leaves out what the token does not reach', async () => {
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
