import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import {
  type ChangeEvent,
  type ConflictEvent,
  type LiveDocument,
  MergeConflictError,
  NotFoundError,
} from '../src';
import { memoryStorage } from '../src';
import { Garden } from './garden';

interface Lamp {
  name: string;
  brightness: number;
  tags: string[];
}

const initial: Lamp = { name: 'Lamp', brightness: 40, tags: [] };

describe('a live document', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
  }, 120_000);

  afterAll(() => garden.close());

  /** Two clients of one user, and a workspace of theirs with a lamp. */
  async function lamps(settings = {}) {
    const token = testToken(`user-${randomUUID()}`);
    const id = `ws-${randomUUID()}`;
    const [mine, theirs] = [settings, {}].map((more) =>
      garden
        .client({ token, ...more })
        .workspace(id)
        .panel<Lamp>('lamp'),
    );
    if (!mine || !theirs) throw new Error('No lamps.');
    await theirs.create(initial);
    return { mine, theirs, token, id };
  }

  async function opened(panel: { open(): LiveDocument<Lamp> }): Promise<LiveDocument<Lamp>> {
    const document = panel.open();
    await document.ready;
    await eventually(() => document.status === 'live', 'the document to be live');
    return document;
  }

  it('shows own changes at once, and sends those of one turn as one', async () => {
    const { mine, theirs } = await lamps();
    const lamp = await opened(mine);
    const other = await opened(theirs);
    const first = lamp.change((draft) => void (draft.brightness = 50));
    const second = lamp.change([{ op: 'add', path: '/tags/-', value: 'warm' }]);
    expect(lamp.state).toEqual({ ...initial, brightness: 50, tags: ['warm'] });
    expect(lamp.pending).toBe(1);
    expect([await first, await second]).toMatchObject([{ version: 2 }, { version: 2 }]);
    await eventually(() => other.version === 2, 'the change at the other one');
    expect(other.state).toEqual(lamp.state);
    expect(await theirs.history().all()).toHaveLength(2);
  });

  it('says what has changed, and by whom', async () => {
    const { mine, theirs } = await lamps();
    const lamp = await opened(mine);
    const events: ChangeEvent[] = [];
    lamp.on('change', (event) => events.push(event));
    await theirs.patch([{ op: 'replace', path: '/name', value: 'Desk lamp' }], { triggeredBy: 'ai' });
    await eventually(() => lamp.version === 2, 'the change');
    await lamp.change((draft) => void draft.tags.push('x'));
    expect(events).toMatchObject([
      { source: 'remote', pointers: ['/name'], version: 2, triggeredBy: 'ai', actor: expect.any(String) },
      { source: 'local', pointers: ['/tags/0'] },
    ]);
  });

  it('takes back a change that collides, and rejects it', async () => {
    const proxy = await TcpProxy.start(garden.api.url);
    const { mine, theirs } = await lamps({ url: proxy.url });
    const lamp = await opened(mine);
    const conflicts: ConflictEvent[] = [];
    lamp.on('conflict', (event) => conflicts.push(event));
    proxy.delay(150);
    const change = lamp.change((draft) => void (draft.name = 'mine'));
    const beside = lamp
      .change([{ op: 'inc', path: '/brightness', value: 1 }])
      .catch((error: unknown) => error);
    await theirs.patch([{ op: 'replace', path: '/name', value: 'theirs' }]);
    await expect(change).rejects.toThrow(MergeConflictError);
    expect(await beside).toBeInstanceOf(MergeConflictError);
    expect(lamp.state).toEqual({ ...initial, name: 'theirs' });
    expect(conflicts).toMatchObject([{ conflicts: [{ path: '/name', yours: 'mine', theirs: 'theirs' }] }]);
    await proxy.close();
  });

  it('undoes and redoes own changes over those of others', async () => {
    const { mine, theirs } = await lamps();
    const lamp = await opened(mine);
    await lamp.change((draft) => void draft.tags.push('mine'));
    await theirs.patch([{ op: 'add', path: '/tags/0', value: 'theirs' }], { version: 2 });
    await eventually(() => lamp.version === 3, 'the other change');
    await lamp.undo();
    expect((await theirs.get()).state.tags).toEqual(['theirs']);
    await lamp.redo();
    expect((await theirs.get()).state.tags).toEqual(['theirs', 'mine']);
    expect([lamp.canUndo, lamp.canRedo]).toEqual([true, false]);
  });

  it('tells of a panel that is not there, and follows it once it is made', async () => {
    const space = garden.client().workspace(`ws-${randomUUID()}`);
    const lamp = space.panel<Lamp>('lamp').open();
    await expect(lamp.ready).rejects.toThrow(NotFoundError);
    await expect(lamp.change([])).rejects.toThrow(NotFoundError);
    await space.panel<Lamp>('lamp').create(initial);
    await eventually(() => lamp.status === 'live', 'the panel that was made');
    expect(lamp.state).toEqual(initial);
    await space.panel('lamp').delete();
    await eventually(() => lamp.state === undefined, 'the deletion');
    await space.panel<Lamp>('lamp').create(initial);
    await eventually(() => lamp.version === 3, 'the panel that is back');
    expect(lamp.state).toEqual(initial);
  });

  it('goes on offline, and catches up without a gap', async () => {
    const proxies = [await TcpProxy.start(garden.api.url), await TcpProxy.start(garden.gateway.url)];
    const [api, gateway] = proxies as [TcpProxy, TcpProxy];
    const { mine, theirs } = await lamps({ url: api.url, realtimeUrl: gateway.url });
    const lamp = await opened(mine);
    const seen: number[] = [];
    lamp.on('change', ({ source, version }) => source === 'remote' && seen.push(version));
    for (const proxy of proxies) proxy.shut();
    await eventually(() => lamp.status === 'offline', 'the document to be offline');
    const change = lamp.change([{ op: 'inc', path: '/brightness', value: 1 }]);
    await theirs.patch([{ op: 'inc', path: '/brightness', value: 10 }]);
    await theirs.patch([{ op: 'add', path: '/tags/-', value: 'a' }]);
    expect(lamp.state?.brightness).toBe(41);
    for (const proxy of proxies) proxy.heal();
    expect(await change).toMatchObject({ version: 4, merged: true });
    await lamp.flushed();
    await eventually(() => lamp.version === 4, 'everything');
    expect(lamp.state).toEqual({ name: 'Lamp', brightness: 51, tags: ['a'] });
    expect(seen.filter((version) => version < 4)).toEqual([2, 3]);
    for (const proxy of proxies) await proxy.close();
  });

  it('sends what was pending when a document was closed, once, from the storage', async () => {
    const api = await TcpProxy.start(garden.api.url);
    const { mine, theirs, token, id } = await lamps({ url: api.url, storage: memoryStorage() });
    const lamp = await opened(mine);
    api.shut();
    const lost = lamp.change([{ op: 'inc', path: '/brightness', value: 1 }]);
    await lamp.stored();
    const flushed = expect(lamp.flushed()).rejects.toMatchObject({ code: 'closed' });
    await lamp.close();
    await flushed;
    await expect(lost).rejects.toMatchObject({ code: 'closed' });
    const again = mine.open();
    await again.ready;
    expect([again.state?.brightness, again.pending]).toEqual([41, 1]);
    api.heal();
    await again.flushed();
    expect(await theirs.get()).toMatchObject({ version: 2, state: { brightness: 41 } });
    await again.close();
    const third = await opened(garden.client({ token }).workspace(id).panel<Lamp>('lamp'));
    expect(third.pending).toBe(0);
    await api.close();
  });

  it('stays connected while tokens are replaced', async () => {
    const subject = `user-${randomUUID()}`;
    let asked = 0;
    const token = () => {
      asked++;
      return testToken(subject, { exp: Math.floor(Date.now() / 1000) + 4 });
    };
    const panel = garden.client({ token }).workspace('garden').panel<Lamp>('lamp');
    await panel.create(initial);
    const lamp = await opened(panel);
    const statuses: string[] = [];
    lamp.on('status', (status) => statuses.push(status));
    await eventually(() => asked > 4, 'some tokens');
    expect(statuses).toEqual([]);
    await panel.increment('/brightness', 1);
    await eventually(() => lamp.version === 2, 'an update with the newest token');
  });

  it('shows who is present, also after a reconnect', async () => {
    const gateway = await TcpProxy.start(garden.gateway.url);
    const { mine, theirs } = await lamps({ realtimeUrl: gateway.url });
    const [lamp, other] = [await opened(mine), await opened(theirs)];
    await lamp.presence.set({ cursor: 1 });
    await other.presence.set({ cursor: 2 });
    const cursors = (document: LiveDocument<Lamp>) =>
      document.presence.others.map(({ data }) => (data as { cursor: number }).cursor).join();
    await eventually(() => cursors(lamp) === '2' && cursors(other) === '1', 'both to see each other');
    gateway.cut();
    await eventually(() => lamp.status === 'offline', 'the connection to be gone');
    await eventually(() => cursors(lamp) === '2' && cursors(other) === '1', 'both to see each other again');
    await lamp.close();
    await eventually(() => cursors(other) === '', 'one to be gone');
    await gateway.close();
  });

  it('shares one connection with 200 others of the page', async () => {
    const gateway = await TcpProxy.start(garden.gateway.url);
    const nexus = garden.client({ realtimeUrl: gateway.url });
    const space = nexus.workspace(`ws-${randomUUID()}`);
    await space.transaction((tx) => {
      for (let index = 0; index < 200; index++) tx.set(`p${index}`, { n: index }, { version: 0 });
    });
    const documents = Array.from({ length: 200 }, (_, index) =>
      space.panel<{ n: number }>(`p${index}`).open(),
    );
    await Promise.all(documents.map(({ ready }) => ready));
    expect(documents.map(({ state }) => state?.n)).toEqual(documents.map((_, index) => index));
    expect(gateway.connections).toBe(1);
    await space.panel('p7').increment('/n', 1);
    await eventually(() => documents[7]?.state?.n === 8, 'an update');
    await nexus.close();
    await eventually(() => gateway.connections === 0, 'the connection to be closed');
    await gateway.close();
  });

  it('ends its connection when nobody has needed it for a while', async () => {
    const gateway = await TcpProxy.start(garden.gateway.url);
    const { mine } = await lamps({ realtimeUrl: gateway.url });
    const lamp = await opened(mine);
    await lamp.close();
    expect(gateway.connections).toBe(1);
    await eventually(() => gateway.connections === 0, 'the connection to be closed');
    await gateway.close();
  });
});
