import { randomUUID } from 'node:crypto';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import { type FeedEntry, MergeConflictError, NetworkError, NexusError, VersionConflictError } from '../src';
import {
  AlreadyExistsError,
  ForbiddenError,
  NotFoundError,
  UnauthorizedError,
  VersionRequiredError,
} from '../src';
import { Garden } from './garden';

interface Lamp {
  name: string;
  on?: boolean;
  brightness: number;
  tags?: string[];
}

describe('the client over REST', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
  }, 120_000);

  afterAll(() => garden.close());

  const workspace = (settings = {}) => garden.client(settings).workspace(`ws-${randomUUID()}`);

  it('creates, reads, changes, reverts and deletes a panel', async () => {
    const lamp = workspace().panel<Lamp>('lamp');
    expect(await lamp.create({ name: 'Lamp', brightness: 40 })).toMatchObject({ version: 1, merged: false });
    expect(await lamp.set({ name: 'Lamp', brightness: 50, on: true }, { version: 1 })).toMatchObject({
      version: 2,
    });
    expect(await lamp.patch([{ op: 'replace', path: '/name', value: 'Desk lamp' }])).toMatchObject({
      version: 3,
    });
    expect(await lamp.merge({ on: null, tags: ['warm'] })).toMatchObject({ version: 4 });
    expect(await lamp.increment('/brightness', 7)).toMatchObject({ version: 5 });
    const state = { name: 'Desk lamp', brightness: 57, tags: ['warm'] };
    expect(await lamp.get()).toMatchObject({ version: 5, state });
    expect(await lamp.get({ fresh: true })).toMatchObject({ version: 5, state });
    expect(await lamp.get({ version: 1 })).toMatchObject({
      version: 1,
      state: { name: 'Lamp', brightness: 40 },
    });
    expect((await lamp.get<number>({ path: '/brightness' })).state).toBe(57);
    expect((await lamp.get({ at: new Date() })).version).toBe(5);
    expect(await lamp.revert(1)).toMatchObject({ version: 6 });
    const deleted = await lamp.delete();
    expect(deleted).toMatchObject({ version: 7, merged: false });
    await expect(lamp.get()).rejects.toThrow(NotFoundError);
    const history = await lamp.history().all();
    expect(history.map(({ version }) => version)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(history[0]?.occurredAt).toBe(deleted.updatedAt);
  });

  it('names the turn and the reason of every kind of change, and finds changes by them', async () => {
    const space = workspace();
    const lamp = space.panel<Lamp>('lamp');
    const { turnId } = await space.turns.begin({ agent: 'gardener', policy: 'merge' });
    const reason = { turnId, provenance: { model: 'lamp-1', reason: 'It is dark.' } };
    await lamp.create({ name: 'Lamp', brightness: 40 });
    await lamp.patch([{ op: 'replace', path: '/brightness', value: 41 }], reason);
    await lamp.merge({ brightness: 42 }, { turnId });
    await lamp.revert(1, reason);
    await lamp.delete({ version: 4, ...reason });
    const versions = async (options: Parameters<typeof lamp.history>[0]) =>
      (await lamp.history(options).all()).map(({ version }) => version);
    expect(await versions({ turnId })).toEqual([5, 4, 3, 2]);
    expect(await versions({ model: 'lamp-1' })).toEqual([5, 4, 2]);
    expect(await versions({ actor: 'nobody' })).toEqual([]);
    expect(await versions({ triggeredBy: 'user' })).toEqual([1]);
    const followed = await space.changes({ model: 'lamp-1', turnId }).next();
    expect(followed.value).toMatchObject({ version: 2, provenance: reason.provenance });
    expect((await lamp.blame({ version: 4 })).values[0]).toMatchObject({ turnId, version: 4 });
  });

  it('overwrites nothing without a version', async () => {
    const lamp = workspace().panel<Lamp>('lamp');
    expect(await lamp.set({ name: 'Lamp', brightness: 1 })).toMatchObject({ version: 1 });
    const refusal = await lamp.set({ name: 'Other', brightness: 2 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(VersionRequiredError);
    expect((await lamp.get()).state.name).toBe('Lamp');
  });

  it('answers from its own copy while nothing has changed', async () => {
    let bytes = 0;
    const counting: typeof fetch = async (...request) => {
      const response = await fetch(...request);
      bytes += (await response.clone().text()).length;
      return response;
    };
    const lamp = workspace({ fetch: counting }).panel<Lamp>('lamp');
    await lamp.create({ name: 'x'.repeat(1_000), brightness: 1 });
    const first = await lamp.get();
    const before = bytes;
    expect(await lamp.get()).toBe(first);
    expect(bytes).toBe(before);
  });

  it('throws an error of the class of each refusal, with its facts', async () => {
    const space = workspace();
    const lamp = space.panel<Lamp>('lamp');
    await lamp.create({ name: 'Lamp', brightness: 1 });
    await lamp.patch([{ op: 'replace', path: '/name', value: 'theirs' }], { version: 1 });
    const conflict = await lamp
      .patch([{ op: 'replace', path: '/name', value: 'yours' }], { version: 1 })
      .catch((error: unknown) => error as MergeConflictError);
    expect(conflict).toBeInstanceOf(MergeConflictError);
    expect(conflict).toMatchObject({
      code: 'merge_conflict',
      status: 409,
      conflicts: [{ path: '/name', yours: 'yours', theirs: 'theirs' }],
      requestId: expect.stringMatching(/./),
    });
    const stale = await lamp
      .set({ name: 'x', brightness: 1 }, { version: 1 })
      .catch((error: unknown) => error);
    expect(stale).toBeInstanceOf(VersionConflictError);
    expect(stale).toMatchObject({ currentVersion: 2 });
    await expect(lamp.create({ name: 'x', brightness: 1 })).rejects.toThrow(AlreadyExistsError);
    const reader = garden.client({ token: testToken('reader', { scope: 'state:read' }) });
    await expect(reader.workspace('w').panel('p').create({})).rejects.toThrow(ForbiddenError);
    await expect(garden.client({ token: 'no token' }).workspaces.list().all()).rejects.toThrow(
      UnauthorizedError,
    );
  });

  it('lists all pages, and single ones', async () => {
    const space = workspace();
    const ids = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    await space.transaction((tx) => {
      for (const id of ids) tx.set(id, { n: Number(id.slice(1)), tags: ['all'] }, { version: 0 });
    });
    const page = await space.panels().page({ limit: 5 });
    expect([page.items.length, typeof page.nextCursor]).toEqual([5, 'string']);
    expect((await space.panels().all()).map(({ panelId }) => panelId)).toEqual(ids);
    const found = await space.query<{ n: number }>({ jsonPath: '$.n ? (@ > 9)' }).all();
    expect(found.map(({ state }) => state.n)).toEqual([10, 11]);
    await expect(
      space.transaction((tx) => {
        tx.delete('p00').check('p01', 7);
      }),
    ).rejects.toMatchObject({ code: 'version_conflict', transactionIndex: 1 });
    expect(await space.panels().all()).toHaveLength(12);
  });

  it('keeps workspaces and their members', async () => {
    const nexus = garden.client();
    const workspaceId = `ws-${randomUUID()}`;
    expect(await nexus.workspaces.create({ name: 'Garden', workspaceId })).toMatchObject({ role: 'owner' });
    expect(await nexus.workspaces.update(workspaceId, { description: 'green' })).toMatchObject({
      description: 'green',
    });
    expect(await nexus.workspaces.activate(workspaceId)).toMatchObject({ active: true });
    expect((await nexus.workspaces.list().all()).map((one) => one.workspaceId)).toContain(workspaceId);
    const { members } = nexus.workspace(workspaceId);
    expect(await members.set('mia', 'viewer')).toMatchObject({ userId: 'mia', role: 'viewer' });
    expect((await members.list().all()).map(({ role }) => role)).toEqual(['owner', 'viewer']);
    const first = await members.list().page({ limit: 1 });
    expect(first).toMatchObject({ items: [{ role: 'owner' }], nextCursor: expect.any(String) });
    const last = await members.list().page({ limit: 1, cursor: first.nextCursor as string });
    expect(last).toMatchObject({ items: [{ userId: 'mia' }], nextCursor: null });
    await members.delete('mia');
    expect(await members.list().all()).toHaveLength(1);
  });

  it('reads a history in pages, each change once, while new ones are made', async () => {
    const lamp = workspace().panel<Lamp>('lamp');
    await lamp.create({ name: 'Lamp', brightness: 0 });
    for (let count = 0; count < 5; count++) await lamp.increment('/brightness', 1);
    const first = await lamp.history().page({ limit: 3 });
    await lamp.increment('/brightness', 1);
    await lamp.increment('/brightness', 1);
    const versions = first.items.map(({ version }) => version);
    for (let cursor = first.nextCursor; cursor !== null;) {
      const page = await lamp.history().page({ limit: 3, cursor });
      versions.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor;
    }
    expect(versions).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('follows the feed through lost connections: each change once, in order', async () => {
    const proxy = await TcpProxy.start(garden.api.url);
    try {
      const token = testToken(`user-${randomUUID()}`);
      const id = `ws-${randomUUID()}`;
      const lamp = garden.client({ token }).workspace(id).panel<Lamp>('lamp');
      await lamp.create({ name: 'Lamp', brightness: 0 });
      const stop = new AbortController();
      const seen: FeedEntry[] = [];
      const following = (async () => {
        const feed = garden.client({ token, url: proxy.url }).workspace(id).changes({ signal: stop.signal });
        for await (const entry of feed) {
          seen.push(entry);
          if (entry.version % 3 === 0) proxy.cut();
          if (entry.version === 12) stop.abort();
        }
      })();
      // Whoever follows may have seen the last change before its author has the answer.
      const ended = expect(following).rejects.toMatchObject({ name: 'AbortError' });
      for (let count = 1; count < 12; count++) await lamp.increment('/brightness', 1);
      await ended;
      expect(seen.map(({ version }) => version)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    } finally {
      await proxy.close();
    }
  });

  it('makes a change once, though its answer is lost and it is sent again', async () => {
    let lost = 0;
    const forgetful: typeof fetch = async (url, request) => {
      const response = await fetch(url, request);
      if (request?.method === 'GET' || lost++ % 3 === 2) return response;
      throw new TypeError('the answer is lost');
    };
    const lamp = workspace({ fetch: forgetful }).panel<Lamp>('lamp');
    await lamp.create({ name: 'Lamp', brightness: 0 });
    for (let count = 0; count < 4; count++) await lamp.increment('/brightness', 1);
    expect(lost).toBe(15);
    expect(await lamp.get()).toMatchObject({ version: 5, state: { brightness: 4 } });
  });

  it('gives up after the retries with a NetworkError, and at once when it is aborted', async () => {
    const nowhere = garden.client({ url: 'http://127.0.0.1:1', retries: 1 }).workspace('w').panel('p');
    await expect(nowhere.get()).rejects.toThrow(NetworkError);
    await expect(nowhere.get({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    const slow = garden.client({ url: 'http://127.0.0.1:1', retries: 1_000 }).workspace('w').panel('p');
    const stop = new AbortController();
    const reading = slow.get({ signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('asks for a fresh token when one is refused, once for all requests', async () => {
    const subject = `user-${randomUUID()}`;
    let asked = 0;
    const token = () => testToken(subject, asked++ === 0 ? { exp: 1 } : {});
    const nexus = garden.client({ token });
    await Promise.all(Array.from({ length: 5 }, () => nexus.workspaces.list().all()));
    expect(asked).toBe(2);
    const failing = garden.client({ token: () => Promise.reject(new Error('signed out')), retries: 0 });
    await expect(failing.workspaces.list().all()).rejects.toThrow('signed out');
    expect(new NexusError({ error: 'x', message: 'y' }).code).toBe('x');
  });

  it('asks only for what /openapi.json describes', async () => {
    const { paths } = (await (await fetch(`${garden.api.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const described = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map(
        (method) => new RegExp(`^${method.toUpperCase()} ${route.replace(/\{[^}]+\}/g, '[^/]+')}$`),
      ),
    );
    expect(garden.asked.size).toBeGreaterThan(15);
    const unknown = [...garden.asked].filter((request) => !described.some((route) => route.test(request)));
    expect(unknown).toEqual([]);
  });
});
