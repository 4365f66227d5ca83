import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { eventually as eventuallyTrue } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

let stack: TestStack;
let replicas: readonly [ServiceProcess, ServiceProcess];

beforeAll(async () => {
  stack = await TestStack.create({ KEYS_MAX_CHANGES: '20' });
  replicas = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());

interface Event {
  readonly id: string;
  readonly event: string;
  // Events of every kind, each looked at where it is expected.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

/** Waits until a check does not throw. */
const eventually = (check: () => unknown) =>
  eventuallyTrue(async () => {
    await check();
    return true;
  }, 'what is expected');

/** Follows the events of a watch until told to stop. */
function follow(api: ServiceProcess, query: string, token: string, headers: Record<string, string> = {}) {
  const events: Event[] = [];
  const state = { status: 0, ended: false, problem: '' };
  const call = request(`${api.url}/api/watch?${query}`, {
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
  call.on('response', (response) => {
    state.status = response.statusCode ?? 0;
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
      if (state.status !== 200) return void (state.problem = text);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks.filter((one) => !one.startsWith(':'))) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
      }
    });
    response.on('close', () => (state.ended = true));
  });
  call.on('error', () => (state.ended = true));
  call.end();
  return { events, state, stop: () => call.destroy() };
}

const changesOf = (events: readonly Event[]) =>
  events
    .filter(({ event }) => event !== 'bookmark')
    .map(({ event, data }) => `${event} ${data.key} ${data.version}`);
const begun = (watch: ReturnType<typeof follow>) => eventually(() => expect(watch.events).not.toEqual([]));

describe('a watch', () => {
  it('tells of each change that matches, whichever replica made it, and of expiry', async () => {
    const owner = `user-${randomUUID()}`;
    const [one, two] = [stack.client(replicas[0], owner), stack.client(replicas[1], owner)];
    await one.put('/api/kv/nodes/old', { value: 1 });
    const watch = follow(replicas[0], 'pattern=/nodes/*', testToken(owner));
    await begun(watch);
    expect(watch.events).toEqual([{ id: '1', event: 'bookmark', data: { revision: 1 } }]);
    await two.put('/api/kv/nodes/a', { value: { up: true } });
    await one.put('/api/kv/other', { value: 1 });
    await two.put('/api/kv/nodes/b', { value: 1, ttlSeconds: 0.2 });
    await eventually(() =>
      expect(changesOf(watch.events)).toEqual([
        'created /nodes/a 1',
        'created /nodes/b 1',
        'deleted /nodes/b 2',
      ]),
    );
    const [created, , expired] = watch.events.filter(({ event }) => event !== 'bookmark');
    expect(created).toEqual({
      id: '2',
      event: 'created',
      data: {
        type: 'created',
        key: '/nodes/a',
        version: 1,
        value: { up: true },
        revision: 2,
        cursor: '2',
        at: expect.any(String),
      },
    });
    expect(expired?.data.expired).toBe(true);
    watch.stop();
  });

  it('goes on from a revision or the last event, at another replica, and within a transaction', async () => {
    const owner = `user-${randomUUID()}`;
    const user = stack.client(replicas[0], owner);
    const set = (key: string) => ({ set: { key, value: 1 } });
    await user.put('/api/kv/a', { value: 1 });
    await user.post('/api/kv', { transaction: [set('/b'), set('/c'), set('/d')] });
    await user.delete('/api/kv/a');
    const expected = ['created /a 1', 'created /b 1', 'created /c 1', 'created /d 1', 'deleted /a 2'];
    const whole = follow(replicas[0], 'pattern=*&since=0', testToken(owner));
    await eventually(() => expect(changesOf(whole.events)).toEqual(expected));
    whole.stop();
    const ids = whole.events.filter(({ event }) => event !== 'bookmark').map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      // The header wins over the query, as browsers send both.
      const rest = follow(replicas[1], 'pattern=*&since=0', testToken(owner), { 'last-event-id': id });
      await begun(rest);
      await eventually(() => expect(changesOf(rest.events)).toEqual(expected.slice(index + 1)));
      rest.stop();
    }
  });

  it('tells how far it is while nothing matches', async () => {
    const owner = `user-${randomUUID()}`;
    const user = stack.client(replicas[0], owner);
    const watch = follow(replicas[1], 'pattern=/quiet', testToken(owner, { paths: ['/quiet'] }));
    await begun(watch);
    for (let n = 0; n < 3; n++) await user.put('/api/kv/loud', { value: n });
    await eventually(() => expect(watch.events.at(-1)).toMatchObject({ id: '3', event: 'bookmark' }));
    watch.stop();
  });

  it('is refused where its changes are no longer kept, with the oldest revision there is', async () => {
    const owner = `user-${randomUUID()}`;
    const user = stack.client(replicas[0], owner);
    for (let n = 0; n < 60; n++) await user.put('/api/kv/a', { value: n });
    await eventually(async () => {
      const answer = await user.call('HEAD', '/api/watch?pattern=*&since=1');
      expect(answer.status).toBe(410);
    });
    const refused = await user.get('/api/watch?pattern=*&since=1');
    expect([refused.status, refused.body.error]).toEqual([410, 'compacted']);
    const { oldestRevision } = refused.body;
    expect(oldestRevision).toBeGreaterThan(1);
    const kept = follow(replicas[0], `pattern=*&since=${oldestRevision - 1}`, testToken(owner));
    await eventually(() =>
      expect(kept.events.find(({ event }) => event === 'updated')?.data.revision).toBe(oldestRevision),
    );
    kept.stop();
  });

  it('is refused for a bad pattern and a revision that is none', async () => {
    const user = stack.client(replicas[0]);
    const codes = async (query: string) => {
      const { status, body } = await user.get(`/api/watch?${query}`);
      return [status, body.error, body.errors?.[0]?.pointer];
    };
    expect(await codes('pattern=/a*')).toEqual([400, 'invalid_key', undefined]);
    expect(await codes('pattern=')).toEqual([400, 'invalid_key', undefined]);
    expect(await codes('')).toEqual([400, 'validation_failed', 'pattern']);
    expect(await codes('pattern=*&since=7')).toEqual([400, 'validation_failed', 'since']);
    expect(await codes('pattern=*&since=x')).toEqual([400, 'validation_failed', 'since']);
  });

  it('ends with its token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3;
    const watch = follow(replicas[0], 'pattern=*', testToken(`user-${randomUUID()}`, { exp }));
    await eventually(() => expect(watch.state.ended).toBe(true));
    expect(watch.events.at(-1)).toMatchObject({
      event: 'error',
      data: { error: 'unauthorized', status: 401 },
    });
  });

  it('ends with its replica, and says so', async () => {
    const owner = `user-${randomUUID()}`;
    const third = await stack.start('state-api');
    const watch = follow(third, 'pattern=*', testToken(owner));
    await begun(watch);
    await third.stop();
    await eventually(() => expect(watch.state.ended).toBe(true));
    expect(watch.events.at(-1)).toMatchObject({ event: 'error', data: { error: 'server_draining' } });
  });
});
