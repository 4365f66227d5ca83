import * as fc from 'fast-check';
import { VisiblePanels, QueryTooExpensive, TooManyQueries, type WorkspaceKey } from '@nexus-state/state-core';
import { ValidationFailed, type JsonObject } from '@nexus-state/documents';
import { hostilePath } from '@nexus-state/state-core/testing/hostile-paths';
import { anAppend } from '@nexus-state/state-core/testing';
import { describePanelQuery } from '@nexus-state/state-core/testing/panel-query.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { runs } from '@nexus-state/documents/testing';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { PostgresPanelQuery } from './panel-query';
import { PostgresPanelStore } from './panel-store';

/** Takes far longer than any limit here, on a state that nests deep. */
const endless = '$.**.**.**.**.** ? (@ == "z")';
const deep = JSON.parse(`${'{"n":7,"a":'.repeat(100)}1${'}'.repeat(100)}`) as JsonObject;

describePanelQuery('PostgreSQL', async () => {
  const database = await onTestDatabase((source) => new PostgresPanelStore(source));
  const query = new PostgresPanelQuery({ url: database.url, concurrency: 2, timeoutMs: 5_000 });
  const close = async () => {
    await query.close();
    await database.close();
  };
  return { store: database.store, query, close };
});

describe('PostgresPanelQuery', () => {
  let database: Awaited<ReturnType<typeof onTestDatabase<PostgresPanelStore>>>;
  let query: PostgresPanelQuery;
  beforeAll(async () => {
    database = await onTestDatabase((source) => new PostgresPanelStore(source));
    query = new PostgresPanelQuery({ url: database.url, concurrency: 2, timeoutMs: 500 });
  });
  afterAll(async () => {
    await query?.close();
    await database?.close();
  });

  const write = (workspace: WorkspaceKey, panelId: string, state: JsonObject) =>
    database.store.append([anAppend({ ...workspace, panelId }, 0, [{ state }])]);
  const idsOf = async (
    workspace: WorkspaceKey,
    criterion: Parameters<PostgresPanelQuery['find']>[1],
    patterns?: readonly string[],
    limit = 100,
  ) => {
    const page = await query.find(workspace, criterion, { visible: new VisiblePanels(patterns), limit });
    return { ids: page.panels.map(({ key }) => key.panelId), more: page.more };
  };

  it('fills pages with visible panels alone, and counts only these for the next page', async () => {
    const workspace = aWorkspace();
    for (const id of ['a', 'b1', 'b2', 'c', 'z']) await write(workspace, id, { kind: 'x' });
    for (const criterion of [
      { contains: { kind: 'x' } },
      { jsonPath: '$.kind == "x"' },
      { jsonPath: '$.kind' },
    ]) {
      expect(await idsOf(workspace, criterion, ['b*'], 1)).toEqual({ ids: ['b1'], more: true });
      expect(await idsOf(workspace, criterion, ['b*'], 2)).toEqual({ ids: ['b1', 'b2'], more: false });
      expect(await idsOf(workspace, criterion, ['a'], 1)).toEqual({ ids: ['a'], more: false });
      expect(await idsOf(workspace, criterion, [], 1)).toEqual({ ids: [], more: false });
      expect(await idsOf(workspace, criterion, undefined, 4)).toEqual({
        ids: ['a', 'b1', 'b2', 'c'],
        more: true,
      });
    }
  });

  it('evaluates a path on nothing that is hidden, in this workspace or another', async () => {
    const [workspace, other] = [aWorkspace(), aWorkspace()];
    // Fails where a state holds a text. The second one can be looked up in the index over the states of all owners.
    const failing = ['$.key.datetime("xxx")', '$.kind == "x" && $.key.datetime("xxx") == "2020"'];
    const seen = ['b', 'c*', 'd*', 'e*', 'f*', 'g*', 'h*', 'i*'];
    await write(workspace, 'b', { kind: 'x', key: 7 });
    await write(workspace, 'a', { kind: 'x', key: 'hidden' });
    await write(other, 'b', { kind: 'x', key: 'hidden' });
    const [server] = await database.source.query('SELECT current_database() AS name');
    for (const plan of ['any', 'the index']) {
      if (plan === 'the index') {
        for (const scan of ['seqscan', 'indexscan', 'indexonlyscan'])
          await database.source.query(`ALTER DATABASE ${server.name} SET enable_${scan} = off`);
      }
      const planned = new PostgresPanelQuery({ url: database.url });
      try {
        for (const jsonPath of failing) {
          const find = (patterns?: readonly string[]) =>
            planned.find(workspace, { jsonPath }, { visible: new VisiblePanels(patterns), limit: 9 });
          expect((await find(seen)).panels).toEqual([]);
          const refusal: unknown = await find().catch((error: unknown) => error);
          expect(refusal).toBeInstanceOf(ValidationFailed);
          expect(JSON.stringify((refusal as ValidationFailed).facts)).not.toContain('hidden');
        }
      } finally {
        await planned.close();
      }
    }
  });

  it.each([
    '',
    '$[',
    '$x',
    '$.key ? (@ == $x)',
    '$.key ? (@ == $"x y")',
    '$.key.datetime("xxx")',
    '$.key ? (@ like_regex "[")',
    '$.key ? (@ like_regex "(((")',
    '$.key ? (@ like_regex "a" flag "z")',
    '$.n == 1e400000',
    '$.n * 1e131071 * 1e131071',
    '$.list[99999999999999999999]',
    '$.list[-9223372036854775809 to 1]',
    '$.**{99999999999}',
    'strict $.missing.more',
    '$."\\ud800"',
    '$."\\u0000"',
    '\u0000',
    '$.nothing()',
    '$.key.decimal(99999)',
  ])('answers %j with panels or a refusal of the path, never with a failure', (jsonPath) =>
    answers(jsonPath),
  );

  it.each([
    ['has many steps', `$${'.a'.repeat(3_000)} ? (${'('.repeat(1_000)}@ == 1${')'.repeat(1_000)})`],
    ['never ends', '('.repeat(9_000)],
    ['nests deep', `$ ? (${'!('.repeat(2_000)}@ == 1${')'.repeat(2_000)})`],
    ['has a huge expression', `$ ? (@.key like_regex "${'(a{200}){200}'.repeat(3)}")`],
  ])('answers a path that %s with panels or a refusal, never with a failure', (_, jsonPath) =>
    answers(jsonPath),
  );

  async function answers(jsonPath: string): Promise<void> {
    const workspace = aWorkspace();
    await write(workspace, 'a', { key: 'text', n: 1, list: [1, 2] });
    const outcome = await idsOf(workspace, { jsonPath }).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) return expect(outcome).toEqual({ ids: expect.any(Array), more: false });
    if (outcome instanceof QueryTooExpensive) return;
    expect(outcome).toBeInstanceOf(ValidationFailed);
    expect((outcome as ValidationFailed).facts['errors']).toEqual([
      { pointer: '/jsonPath', message: expect.any(String) },
    ]);
  }

  it('answers random paths alike, whatever hidden panels hold, and never with a failure', async () => {
    const worlds = [aWorkspace(), aWorkspace()] as const;
    for (const workspace of worlds) await write(workspace, 'b', { key: 'text', n: 1, list: [1, 'x', {}] });
    await write(worlds[0], 'a', { key: 7 });
    await write(worlds[1], 'a', { key: '2020-02-30', a: ['1e400', { a: 'x' }], n: -0.5 });
    const outcomeIn = async (workspace: WorkspaceKey, jsonPath: string) =>
      idsOf(workspace, { jsonPath }, ['b']).catch((error: unknown) => {
        if (error instanceof ValidationFailed) return error.facts;
        if (error instanceof QueryTooExpensive) return error.code;
        throw error;
      });
    await fc.assert(
      fc.asyncProperty(hostilePath, async (path) => {
        expect(await outcomeIn(worlds[0], path)).toEqual(await outcomeIn(worlds[1], path));
      }),
      runs(300),
    );
  }, 120_000);

  it('refuses variables whether or not a state would meet them', async () => {
    const workspace = aWorkspace();
    await expect(idsOf(workspace, { jsonPath: '$.key ? (@ == $x)' })).rejects.toThrow('variables');
    expect(await idsOf(workspace, { jsonPath: '$.key ? (@ == "$x")' })).toEqual({ ids: [], more: false });
    expect(await idsOf(workspace, { jsonPath: '$."\\"$x" ? (@ == "a\\\\")' })).toEqual({
      ids: [],
      more: false,
    });
  });

  it('ends a query that takes too long, says so, and goes on', async () => {
    const workspace = aWorkspace();
    await write(workspace, 'a', deep);
    await expect(idsOf(workspace, { jsonPath: endless })).rejects.toThrow(QueryTooExpensive);
    expect(await idsOf(workspace, { contains: { a: { n: 7 } } })).toEqual({ ids: ['a'], more: false });
  });

  it('leaves reads and writes their connections, and other owners their queries, in a flood', async () => {
    const [workspace, other] = [aWorkspace(), aWorkspace()];
    await write(workspace, 'a', deep);
    await write(other, 'a', { n: 1 });
    const flood = Promise.allSettled(
      Array.from({ length: 60 }, () => idsOf(workspace, { jsonPath: endless })),
    );
    expect(await database.store.read({ ...workspace, panelId: 'a' })).toMatchObject({ version: 1 });
    await write(workspace, 'b', {});
    expect(await idsOf(other, { contains: { n: 1 } })).toEqual({ ids: ['a'], more: false });
    const reasons = (await flood).map(
      (one) => (one.status === 'rejected' ? one.reason : undefined) as unknown,
    );
    const counts = [QueryTooExpensive, TooManyQueries].map(
      (kind) => reasons.filter((reason) => reason instanceof kind).length,
    );
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect((counts[0] as number) + (counts[1] as number)).toBe(60);
  }, 60_000);

  it('ends pages of large panels early, and loses none', async () => {
    const workspace = aWorkspace();
    for (let n = 0; n < 12; n++)
      await write(workspace, `p${10 + n}`, { text: String(n % 10).repeat(900_000) });
    const patient = new PostgresPanelQuery({ url: database.url, timeoutMs: 60_000 });
    const find = (after?: string) =>
      patient.find(workspace, { jsonPath: '$.text' }, { visible: VisiblePanels.all, limit: 100, after });
    try {
      const first = await find();
      expect([first.panels.length, first.more]).toEqual([10, true]);
      const rest = await find(first.panels.at(-1)?.key.panelId);
      expect([rest.panels.map(({ key }) => key.panelId), rest.more]).toEqual([['p20', 'p21'], false]);
    } finally {
      await patient.close();
    }
  });
});
