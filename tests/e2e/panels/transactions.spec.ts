import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = stack.client(api);
});

const at = (panelId: string) => `/api/state/ws/${panelId}`;
const transact = (operations: unknown[], headers?: Record<string, string>) =>
  user.post('/api/state/ws/transaction', { operations }, headers);
const stateOf = async (panelId: string) => (await user.get(at(panelId))).body.state;

describe('a transaction', () => {
  it('does everything it says, in order', async () => {
    await user.post(at('a'), { initialState: { n: 1 } });
    await user.post(at('gone'), { initialState: {} });
    await user.post(at('checked'), { initialState: {} });
    const answer = await transact([
      { op: 'check', panelId: 'checked', version: 1 },
      { op: 'patch', panelId: 'a', patches: [{ op: 'inc', path: '/n', value: 1 }], version: 1 },
      { op: 'set', panelId: 'new', state: { made: true }, version: 0 },
      { op: 'patch', panelId: 'a', patches: [{ op: 'inc', path: '/n', value: 5 }] },
      { op: 'delete', panelId: 'gone' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      revision: 4,
      panels: [
        { panelId: 'a', version: 3 },
        { panelId: 'new', version: 1 },
        { panelId: 'gone', version: 2 },
      ],
    });
    expect(await stateOf('a')).toEqual({ n: 7 });
    expect(await stateOf('new')).toEqual({ made: true });
    expect((await user.get(at('gone'))).status).toBe(404);
  });

  it.each([
    [[], '/operations'],
    [[{ op: 'jump', panelId: 'a' }], '/operations/0/op'],
    [[{ op: 'check', panelId: 'a' }], '/operations/0/version'],
    [[{ op: 'set', panelId: 'a' }], '/operations/0/state'],
    [[{ op: 'set', panelId: 'a', state: {}, stat: 1 }], '/operations/0/stat'],
    [[{ op: 'set', panelId: 'a', panel_id: 'b', state: {} }], '/operations/0/panel_id'],
    [[{ op: 'set', panel_id: 'a', panelId: 'a', state: {} }], '/operations/0/panelId'],
    [[{ op: 'delete', panelId: 'a', state: {} }], '/operations/0/state'],
    [[{ op: 'check', panelId: 'a', version: 1, patches: [] }], '/operations/0/patches'],
    [[{ op: 'patch', panelId: 'a', patches: [{ op: 'add', path: '/a' }] }], '/operations/0/patches/0/value'],
  ])('refuses %j', async (operations, pointer) => {
    const answer = await transact(operations);
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([400, pointer]);
  });

  it('names everything that is wrong with its operations', async () => {
    const answer = await transact([
      { op: 'set', panelId: 'a', panel_id: 'b', state: [] },
      7,
      { op: 'patch', panelId: 'a', patches: [{ op: 'add', path: '/a' }], versoin: 1 },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/operations/0/panel_id',
      '/operations/0/state',
      '/operations/1',
      '/operations/2/versoin',
      '/operations/2/patches/0/value',
    ]);
  });

  it('answers a retry with the first result', async () => {
    const operations = [
      { op: 'set', panelId: 'x', state: { n: 1 } },
      { op: 'patch', panelId: 'x', patches: [{ op: 'inc', path: '/n', value: 1 }] },
      { op: 'set', panelId: 'y', state: {} },
    ];
    const first = await transact(operations, { 'idempotency-key': 'k' });
    const again = await transact(operations, { 'idempotency-key': 'k' });
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await stateOf('x')).toEqual({ n: 2 });
  });

  it('keeps a sum over two panels through concurrent transfers by two processes', async () => {
    const other = stack.client(await stack.start('state-api'), 'banker');
    const one = stack.client(api, 'banker');
    await one.post(at('left'), { initialState: { n: 100 } });
    await one.post(at('right'), { initialState: { n: 100 } });
    const transfer = async (client: ApiClient, amount: number) => {
      const answer = await client.post('/api/state/ws/transaction', {
        operations: [
          { op: 'patch', panelId: 'left', patches: [{ op: 'inc', path: '/n', value: -amount }] },
          { op: 'patch', panelId: 'right', patches: [{ op: 'inc', path: '/n', value: amount }] },
        ],
      });
      return answer.status;
    };
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => transfer(index % 2 ? one : other, index)),
    );
    expect(statuses).toEqual(statuses.map(() => 200));
    const moved = statuses.reduce((sum, _, amount) => sum + amount, 0);
    expect((await one.get(at('left'))).body.state.n).toBe(100 - moved);
    expect((await other.get(at('right'))).body.state.n).toBe(100 + moved);
    expect((await one.get(at('left'))).body.version).toBe(statuses.length + 1);
  });

  it.each([
    ['one process', 1],
    ['two processes, among writers of a single panel', 2],
  ])(
    'of 24 clients that want the same panels waits its turn, in %s, and nothing is lost',
    async (_, count) => {
      const services = count === 1 ? [api] : [api, await stack.start('state-api')];
      const owner = `owner-${randomUUID()}`;
      const clients = Array.from({ length: 24 }, (_one, n) =>
        stack.client(services[n % count] as ServiceProcess, owner),
      );
      const [first] = clients as [ApiClient];
      await first.post(at('p'), { initialState: { n: 0 } });
      await first.post(at('q'), { initialState: { n: 0 } });
      const inc = (panelId: string) => ({
        op: 'patch',
        panelId,
        patches: [{ op: 'inc', path: '/n', value: 1 }],
      });
      const rounds = 5;
      let singles = 0;
      const statuses = await Promise.all(
        clients.map(async (client, n) => {
          const mine: number[] = [];
          for (let round = 0; round < rounds; round++) {
            const operations = n % 2 ? [inc('p'), inc('q')] : [inc('q'), inc('p')];
            mine.push((await client.post('/api/state/ws/transaction', { operations })).status);
            if (count === 1) continue;
            const body = [{ op: 'inc', path: '/n', value: 1 }];
            const headers = { 'content-type': 'application/json-patch+json', 'if-match': '*' };
            mine.push((await client.patch(at('p'), body, headers)).status);
            singles++;
          }
          return mine;
        }),
      );
      expect(new Set(statuses.flat())).toEqual(new Set([200]));
      const sums = { p: 24 * rounds + singles, q: 24 * rounds };
      for (const [panelId, n] of Object.entries(sums))
        expect((await first.get(at(panelId))).body).toMatchObject({ state: { n }, version: n + 1 });
    },
  );
});

describe('a query', () => {
  beforeEach(async () => {
    await user.post(at('red'), { initialState: { color: 'red', tags: ['a', 'b'], size: 3 } });
    await user.post(at('blue'), {
      initialState: { color: 'blue', tags: ['b'], size: 7, more: { deep: true } },
    });
  });
  const find = async (body: object) => {
    const answer = await user.post('/api/state/ws/query', body);
    expect(answer.status).toBe(200);
    return answer.body.panels.map(({ panelId }: { panelId: string }) => panelId);
  };

  it('finds panels by containment', async () => {
    expect(await find({ contains: { color: 'red' } })).toEqual(['red']);
    expect(await find({ contains: { tags: ['b'] } })).toEqual(['blue', 'red']);
    expect(await find({ contains: { more: { deep: true } } })).toEqual(['blue']);
    expect(await find({ contains: { color: 'green' } })).toEqual([]);
  });

  it('finds panels by path and by predicate', async () => {
    expect(await find({ jsonPath: '$.more.deep' })).toEqual(['blue']);
    expect(await find({ jsonPath: '$ ? (@.size > 5)' })).toEqual(['blue']);
    expect(await find({ jsonPath: '$.size < 5' })).toEqual(['red']);
    expect(await find({ json_path: '$.tags[*] ? (@ == "a")' })).toEqual(['red']);
  });

  it('gives the panels whole, page by page, and none that are deleted or of another user', async () => {
    const first = (await user.post('/api/state/ws/query', { contains: {}, limit: 1 })).body;
    expect(first.panels[0]).toEqual({
      panelId: 'blue',
      version: 1,
      state: expect.objectContaining({ color: 'blue' }),
      updatedAt: expect.any(String),
    });
    expect(await find({ contains: {}, cursor: first.nextCursor })).toEqual(['red']);
    await user.delete(at('red'));
    expect(await find({ contains: {} })).toEqual(['blue']);
    const stranger = await stack.client(api).post('/api/state/ws/query', { contains: {} });
    expect(stranger.body.panels).toEqual([]);
  });

  it.each([{}, { contains: {}, jsonPath: '$' }, { jsonPath: '$[' }, { contains: [] }, { jsonPath: 7 }])(
    'refuses %j',
    async (body) => {
      const answer = await user.post('/api/state/ws/query', body);
      expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
    },
  );
});
