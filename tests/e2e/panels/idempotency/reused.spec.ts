import { randomUUID } from 'node:crypto';
import { type ApiResponse, type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { type Request, at, counts, mergePatch, prepare, revert, send, transaction } from './requests';

let stack: TestStack;
let api: ServiceProcess;
let second: ServiceProcess;
let name: string;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  [api, second] = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  await stack.start('snapshot-worker');
});
afterAll(() => stack?.close());
beforeEach(() => {
  name = `user-${randomUUID()}`;
  user = stack.client(api, name);
});

const reused = [422, 'idempotency_key_reused'];
const told = ({ status, body }: ApiResponse) => [status, body?.error];

describe('another request under a key', () => {
  const put = { method: 'PUT', path: at('p'), body: { state: { n: 4 }, version: 3 } };
  const others: readonly [string, Request][] = [
    ['another method', { method: 'DELETE', path: at('p') }],
    ['another body', { ...put, body: { state: { n: 5 }, version: 3 } }],
    ['another version', { ...put, body: { state: { n: 4 }, version: 4 } }],
    ['another panel', { ...put, path: at('q') }],
    [
      'a transaction over the panel and another',
      {
        method: 'POST',
        path: transaction,
        body: {
          operations: ['p', 'q'].map((panelId) => ({ op: 'set', panelId, state: { by: 'transaction' } })),
        },
      },
    ],
    ['a revert', { method: 'POST', path: revert, body: { targetVersion: 1, createSnapshot: true } }],
    ['a snapshot', { method: 'POST', path: '/api/snapshots/ws', body: {} }],
    ['a restore', { method: 'POST', path: '/api/snapshots/ws/restore', body: { snapshotId: '{}' } }],
  ];

  it.each(others)('is refused, and nothing happens: %s', async (what, other) => {
    const { snapshotId } = await prepare(user);
    const request = what === 'a restore' ? { ...other, body: { snapshotId } } : other;
    expect((await send(user, put, 'once')).status).toBe(200);
    const before = await counts(user);
    for (const client of [user, stack.client(second, name)])
      expect(told(await send(client, request, 'once'))).toEqual(reused);
    expect(await counts(user)).toEqual(before);
    expect((await user.get(at('p'))).body.state).toEqual({ n: 4 });
    expect((await user.get(at('q'))).status).toBe(404);
  });

  it('is one whose query or content type is another one, too', async () => {
    await prepare(user);
    const body = { patches: [] };
    const patch = { method: 'PATCH', path: `${at('p')}?version=3`, body };
    expect((await send(user, patch, 'once')).status).toBe(200);
    for (const other of [
      { ...patch, path: `${at('p')}?version=4` },
      { ...patch, headers: mergePatch },
    ])
      expect(told(await send(user, other, 'once'))).toEqual(reused);
    expect((await user.get(at('p'))).body).toMatchObject({ version: 4, state: { n: 3, text: 'a' } });
  });

  it('is refused also where the key was used by a transaction, a snapshot or a restore', async () => {
    const { snapshotId } = await prepare(user);
    const set = { method: 'POST', path: transaction, body: operations('q', 'r') };
    const snapshot = { method: 'POST', path: '/api/snapshots/ws', body: {} };
    const restore = { method: 'POST', path: '/api/snapshots/ws/restore', body: { snapshotId } };
    for (const [key, request] of Object.entries({ set, snapshot, restore }))
      expect((await send(user, request, key)).status).toBeLessThan(300);
    const create = { method: 'POST', path: at('other'), body: { initialState: {} } };
    for (const key of ['set', 'snapshot', 'restore'])
      expect(told(await send(user, create, key))).toEqual(reused);
    expect(told(await send(user, { ...set, body: operations('r', 'q') }, 'set'))).toEqual(reused);
    expect((await user.get(at('other'))).status).toBe(404);
  });

  it('loses against one that is sent at the same time: exactly one of the two is done', async () => {
    for (let round = 0; round < 20; round++) {
      const panelId = `race-${round}`;
      await user.post(at(panelId), { initialState: { n: 1 } });
      const [put, deletion] = await Promise.all([
        send(user, { method: 'PUT', path: at(panelId), body: { state: { n: 2 }, version: 1 } }, panelId),
        send(stack.client(second, name), { method: 'DELETE', path: at(panelId) }, panelId),
      ]);
      const done = put.status === 200;
      expect(told(done ? deletion : put)).toEqual(reused);
      expect((done ? put : deletion).status).toBe(done ? 200 : 204);
      expect((await user.get(at(panelId))).status).toBe(done ? 200 : 404);
    }
  });

  it('is fine where the caller is another one, or the workspace', async () => {
    await user.post(at('p'), { initialState: { n: 1 } });
    const member = `member-${randomUUID()}`;
    await user.put(`/api/workspaces/ws/members/${member}`, { role: 'editor' });
    const inc = (version: number) => ({ patches: [{ op: 'inc', path: '/n', value: 1 }], version });
    const path = `${at('p')}?owner=${name}`;
    const own = await user.patch(path, inc(1), { 'idempotency-key': 'once' });
    const theirs = await stack.client(second, member).patch(path, inc(1), { 'idempotency-key': 'once' });
    expect([own, theirs].map(({ status, body }) => [status, body.version])).toEqual([
      [200, 2],
      [200, 3],
    ]);
    const elsewhere = await user.post(
      '/api/state/other/p',
      { initialState: {} },
      { 'idempotency-key': 'once' },
    );
    expect(elsewhere.status).toBe(201);
    expect((await user.get(at('p'))).body.state).toEqual({ n: 3 });
  });

  function operations(...panelIds: string[]) {
    return { operations: panelIds.map((panelId) => ({ op: 'set', panelId, state: {} })) };
  }
});

describe('keys that are used by many at once, for different requests', () => {
  it('acknowledge one request each, which is done once', async () => {
    const panels = ['a', 'b', 'c'];
    for (const panelId of panels) await user.post(at(panelId), { initialState: { n: 0 } });
    const clients = [user, stack.client(second, name)];
    const add = (value: number) => [{ op: 'inc', path: '/n', value }];
    const kinds: ((panelId: string, value: number) => Request)[] = [
      (panelId, value) => ({
        method: 'PATCH',
        path: at(panelId),
        body: { patches: add(value), version: 1 },
      }),
      (_, value) => ({
        method: 'POST',
        path: transaction,
        body: { operations: panels.map((panelId) => ({ op: 'patch', panelId, patches: add(value) })) },
      }),
    ];
    const pick = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)] as T;
    const sent = Array.from({ length: 120 }, () => {
      const [key, kind, panelId] = [`k${Math.floor(Math.random() * 12)}`, pick([0, 0, 1]), pick(panels)];
      const value = pick([1, 2]);
      const request = (kinds[kind] as (typeof kinds)[number])(panelId, value);
      const gain = kind === 1 ? panels.length * value : value;
      return { key, request, gain, answer: send(pick(clients), request, key) };
    });
    const answered = await Promise.all(sent.map(async (one) => ({ ...one, answer: await one.answer })));
    const done = new Map<string, { readonly text: string; readonly gain: number }>();
    for (const { key, request, gain, answer } of answered) {
      // A transaction that others overtake each time is given up.
      if (answer.status === 503) continue;
      if (answer.status !== 200) {
        expect(told(answer)).toEqual(reused);
        continue;
      }
      const text = JSON.stringify([request, answer.text]);
      expect(done.get(key)?.text ?? text).toBe(text);
      done.set(key, { text, gain });
    }
    expect(done.size).toBeGreaterThan(0);
    const states = await Promise.all(
      panels.map(async (panelId) => (await user.get(at(panelId))).body.state.n),
    );
    const gained = [...done.values()].reduce((sum, { gain }) => sum + gain, 0);
    expect(states.reduce((sum: number, n: number) => sum + n, 0)).toBe(gained);
  });
});
