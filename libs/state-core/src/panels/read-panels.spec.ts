import { MemoryPanelQuery } from '../memory';
import { CoreWorld, any, at } from '../testing/core-world';
import { VisiblePanels } from '../workspaces/access';
import { inProcess } from './large';
import { defaultLimits } from './model';
import { queryPanels } from './query-panels';
import { partialDocument } from './partial-document';

const notFound = (facts: object) => ({ code: 'not_found', facts });
const notValid = (pointer: string) => ({
  code: 'validation_failed',
  errors: [{ pointer, message: expect.any(String) }],
});

let world: CoreWorld;
beforeEach(() => {
  world = new CoreWorld();
});
afterEach(() => world.core.close());

describe('StateCore.readVersion', () => {
  const read = async (choice: { version: number } | { at: string }, panelId = 'panel') => {
    const reading = await world.core.readVersion({ key: world.key(panelId), choice });
    const { state, updatedAt } = JSON.parse(reading.document) as { state: object; updatedAt: string };
    return { version: reading.version, cache: reading.cache, state, updatedAt };
  };

  it('gives every version as it was read when it was the newest, over full copies and between them', async () => {
    await world.create({ n: 1 });
    const documents = [(await world.core.readPanel({ key: world.key(), fresh: true })).document];
    for (let version = 1; version < 104; version++) {
      await world.replace({ n: version + 1, list: [version] }, version);
      documents.push((await world.core.readPanel({ key: world.key(), fresh: true })).document);
    }
    for (const version of [1, 2, 49, 50, 51, 99, 100, 101, 104]) {
      const past = await world.core.readVersion({ key: world.key(), choice: { version } });
      expect(past).toEqual({ version, document: documents[version - 1], cache: 'bypass' });
    }
  });

  it('gives the newest version that there was at an instant', async () => {
    const { change: first } = await world.create({ n: 1 });
    const before = new Date(Date.parse(first.occurredAt) - 1).toISOString();
    const after = new Date(Date.parse(first.occurredAt) + 3_600_000).toISOString();
    expect(await read({ at: first.occurredAt })).toMatchObject({ version: 1, updatedAt: first.occurredAt });
    expect(await read({ at: after })).toMatchObject({ version: 1, state: { n: 1 } });
    await expect(read({ at: before })).rejects.toMatchObject(notFound({ panelId: 'panel' }));
  });

  it.each([0, 4, 99])('refuses a version that the panel never had: %i', async (version) => {
    await world.create({ n: 1 });
    await expect(read({ version })).rejects.toMatchObject(notFound({ panelId: 'panel', version }));
  });

  it('refuses a version at which the panel was deleted, and gives those around it', async () => {
    await world.create({ n: 1 });
    await world.edit({ kind: 'delete' });
    await world.create({ n: 3 });
    await expect(read({ version: 2 })).rejects.toMatchObject(notFound({ panelId: 'panel', version: 2 }));
    expect([await read({ version: 1 }), await read({ version: 3 })]).toMatchObject([
      { state: { n: 1 } },
      { state: { n: 3 } },
    ]);
  });

  it('refuses a panel that never was, without naming a version', async () => {
    for (const choice of [{ version: 1 }, { at: '2030-01-01T00:00:00Z' }])
      await expect(read(choice, 'none')).rejects.toMatchObject({
        code: 'not_found',
        facts: { panelId: 'none' },
      });
  });
});

describe('partialDocument', () => {
  const part = async (path: string) => {
    const { document } = await world.core.readPanel({ key: world.key(), fresh: true });
    return JSON.parse(partialDocument(document, path)) as unknown;
  };
  beforeEach(() => world.create({ a: [{ 'b/c': 'deep', '~': 1 }], '': 0, n: null, ['__proto__']: { x: 1 } }));

  it.each<[string, unknown]>([
    ['/a/0/b~1c', 'deep'],
    ['/a/0/~0', 1],
    ['/', 0],
    ['/n', null],
    ['/__proto__/x', 1],
    ['/a', [{ 'b/c': 'deep', '~': 1 }]],
  ])('has the value at %s as its state, and all else of the panel', async (path, state) => {
    expect(await part(path)).toEqual({
      ...{ panelId: 'panel', workspaceId: 'ws', version: 1 },
      ...{ state, updatedAt: expect.any(String) },
    });
  });

  it.each(['/a/1', '/a/-', '/a/00', '/a/length', '/n/x', '/constructor', '/toString', 'a', '/a/0/~2'])(
    'refuses %s, which leads nowhere',
    async (path) => {
      await expect(part(path)).rejects.toMatchObject({
        code: 'path_not_found',
        facts: { panelId: 'panel', path },
      });
    },
  );
});

describe('StateCore.readHistory', () => {
  const read = (query: object = {}) =>
    world.core.readHistory({ key: world.key(), limit: 10, offset: 0, ...query });
  const versions = async (query?: object) => (await read(query)).entries.map(({ version }) => version);

  it('returns the changes newest first, in pages, with how many there are', async () => {
    await world.create({ n: 1 });
    for (const version of [1, 2, 3]) await world.replace({ n: version + 1 }, version);
    const page = await read({ limit: 2, offset: 1 });
    expect(page.totalChanges).toBe(4);
    expect(page.entries).toMatchObject([
      {
        version: 3,
        previousVersion: 2,
        changeType: 'updated',
        patch: [{ op: 'replace', path: '/n', value: 3 }],
      },
      { version: 2 },
    ]);
    expect(await versions({ upTo: 2 })).toEqual([2, 1]);
  });

  it('is that of a period, which may hold nothing', async () => {
    const { change } = await world.create({});
    const later = new Date(Date.parse(change.occurredAt) + 1).toISOString();
    expect(await versions({ until: change.occurredAt, since: change.occurredAt })).toEqual([1]);
    expect(await read({ since: later })).toEqual({ totalChanges: 0, entries: [] });
  });

  it('stays when the panel is deleted, and is not found where it never was', async () => {
    await expect(read()).rejects.toMatchObject(notFound({ panelId: 'panel' }));
    await world.create({});
    await world.edit({ kind: 'delete' }, at(1));
    expect(await versions()).toEqual([2, 1]);
  });
});

describe('StateCore.listPanels', () => {
  it('lists panels by id, without deleted ones, and none of an unknown workspace', async () => {
    for (const panelId of ['b', 'a', 'gone']) await world.create({ n: 1 }, { key: world.key(panelId) });
    await world.edit({ kind: 'delete' }, any, { key: world.key('gone') });
    const list = (workspaceId: string) =>
      world.core.listPanels({
        workspace: { ...world.workspace, workspaceId },
        limit: 10,
        visible: VisiblePanels.all,
      });
    const panel = { version: 1, updatedAt: expect.any(String), stateSizeBytes: '{"n":1}'.length };
    expect(await list('ws')).toEqual({
      panels: [
        { panelId: 'a', ...panel },
        { panelId: 'b', ...panel },
      ],
      nextCursor: null,
    });
    expect(await list('empty')).toEqual({ panels: [], nextCursor: null });
  });
});

describe('StateCore.queryPanels', () => {
  const states = {
    red: { color: 'red', tags: ['a', 'b'] },
    blue: { color: 'blue', tags: ['b'], more: { deep: true } },
    hidden: { color: 'red', tags: ['b'] },
  };
  beforeEach(async () => {
    for (const [panelId, state] of Object.entries(states))
      await world.create(state, { key: world.key(panelId) });
  });
  const query = (criterion: Parameters<MemoryPanelQuery['find']>[1], more: object = {}) =>
    world.core.queryPanels({
      workspace: world.workspace,
      criterion,
      limit: 10,
      visible: new VisiblePanels(['red', 'blue']),
      ...more,
    });

  it('finds visible panels alone, whole and by id', async () => {
    const { panels, nextCursor } = await query({ contains: { tags: ['b'] } });
    expect(panels.map(({ key, version, state }) => [key.panelId, version, state])).toEqual([
      ['blue', 1, states.blue],
      ['red', 1, states.red],
    ]);
    expect(nextCursor).toBeNull();
    expect((await query({ jsonPath: '$.more.deep' })).panels).toMatchObject([{ state: states.blue }]);
  });

  it('leads from page to page to the end, past deleted panels', async () => {
    const first = await query({ contains: {} }, { limit: 1 });
    expect(first.panels).toMatchObject([{ state: states.blue }]);
    const second = await query({ contains: {} }, { limit: 1, cursor: first.nextCursor });
    expect(second).toMatchObject({ panels: [{ state: states.red }], nextCursor: null });
    await world.edit({ kind: 'delete' }, any, { key: world.key('red') });
    expect(await query({ contains: {} }, { cursor: first.nextCursor })).toEqual({
      panels: [],
      nextCursor: null,
    });
  });

  it('refuses a cursor of something else, and a path that cannot be read', async () => {
    await expect(query({ contains: {} }, { cursor: 'feed-1' })).rejects.toMatchObject(notValid('/cursor'));
    await expect(query({ jsonPath: '$[' })).rejects.toMatchObject(notValid('/jsonPath'));
  });

  it('refuses what no state can hold before it searches', async () => {
    const limits = { ...defaultLimits, stateDepth: 2 };
    const ports = { query: new MemoryPanelQuery(world.store), limits, large: inProcess };
    const page = { workspace: world.workspace, limit: 1, visible: VisiblePanels.all };
    const find = (contains: object) =>
      queryPanels({ ...page, criterion: { contains: contains as never } }, ports);
    await expect(find({ a: '\u0000' })).rejects.toMatchObject({
      code: 'unsupported_value',
      facts: { pointer: '/contains/a' },
    });
    await expect(find({ a: { b: {} } })).rejects.toMatchObject({
      code: 'state_too_deep',
      facts: { limit: 2 },
    });
  });
});

describe('StateCore.readChanges', () => {
  const read = (cursor?: string, more: object = {}) =>
    world.core.readChanges({
      workspace: world.workspace,
      cursor,
      limit: 10,
      visible: new VisiblePanels(['a*']),
      ...more,
    });
  const write = (panelId: string) => world.create({}, { key: world.key(panelId) });
  const idsOf = ({ entries }: Awaited<ReturnType<typeof read>>) => entries.map(({ key }) => key.panelId);

  it('gives visible changes alone, page by page, and a cursor that never names a hidden one', async () => {
    for (const id of ['a1', 'hidden', 'a2', 'a3', 'hidden2']) await write(id);
    const first = await read(undefined, { limit: 2 });
    expect([idsOf(first), first.more]).toEqual([['a1', 'a2'], true]);
    const second = await read(first.nextCursor as string, { limit: 2 });
    expect([idsOf(second), second.more]).toEqual([['a3'], false]);
    expect(second.nextCursor).toBe('4-1');
    expect(second.end).toEqual({ revision: 5 });
  });

  it('stays where it is while nothing visible comes, and has no cursor before the first change', async () => {
    expect(await read()).toMatchObject({ entries: [], nextCursor: null });
    await write('hidden');
    expect(await read()).toMatchObject({ entries: [], nextCursor: null });
    await write('a1');
    const { nextCursor } = await read();
    await write('hidden2');
    expect((await read(nextCursor as string)).nextCursor).toBe(nextCursor);
  });

  it('begins with what comes next from "now" on', async () => {
    await write('a1');
    const now = await read('now');
    expect(now).toMatchObject({ entries: [], more: false });
    await write('a2');
    expect(idsOf(await read(now.nextCursor as string))).toEqual(['a2']);
  });

  it.each(['nonsense', 'feed-', 'feed-99'])('refuses the cursor %s', async (cursor) => {
    await expect(read(cursor)).rejects.toMatchObject(notValid('cursor'));
  });

  it('is followed as changes come, until the caller may no longer read', async () => {
    await write('a1');
    const end = new AbortController();
    let mayRead = true;
    const authorize = async () => {
      if (!mayRead) throw new Error('no longer allowed');
    };
    const seen: string[] = [];
    const following = (async () => {
      const pages = world.core.followChanges({
        ...{ workspace: world.workspace, cursor: undefined, limit: 10, visible: new VisiblePanels(['a*']) },
        ...{ authorize, signal: end.signal },
      });
      for await (const page of pages) {
        seen.push(...idsOf(page));
        if (seen.length === 1) await write('a2');
        if (seen.length === 2) {
          mayRead = false;
          await write('a3');
        }
      }
    })();
    await expect(following).rejects.toThrow('no longer allowed');
    expect(seen).toEqual(['a1', 'a2']);
  });
});
