import type { ApiClient, ApiResponse } from '@nexus-state/test-kit';
import { AiStack } from './ai-world';

let world: AiStack;
let ann: ApiClient;
let bot: ApiClient;

beforeAll(async () => {
  world = await AiStack.start({ SNAPSHOT_BEFORE_WAIT: '1ms' });
});
afterAll(() => world?.close());
beforeEach(async () => {
  ({ ann, bot } = await world.people());
});

const state = '/api/state/ws';
const patches = [{ op: 'replace', path: '/n', value: 1 }];

type Act = (fields: object, headers?: Record<string, string>) => Promise<ApiResponse>;

/** What Ann does under a lock of hers. */
const deeds: Readonly<Record<string, () => Promise<Act>>> = {
  undo: async () => {
    await bot.patch(`${state}/panel`, { patches, version: 1 });
    return (fields, headers) => ann.post(`${state}/undo`, { sinceRevision: 1, ...fields }, headers);
  },
  abort: async () => {
    const { turnId } = (await bot.post(`${state}/turns`, { agent: 'bot', policy: 'merge' })).body;
    await bot.patch(`${state}/panel`, { patches, version: 1, turnId });
    return (fields, headers) => ann.post(`${state}/turns/${turnId}/abort`, fields, headers);
  },
  approve: async () => {
    const changes = [{ panelId: 'panel', version: 1, patches }];
    const { proposalId } = (await bot.post(`${state}/proposals`, { title: 'n', changes })).body;
    return (fields, headers) => ann.post(`${state}/proposals/${proposalId}/approve`, fields, headers);
  },
};

it.each(Object.entries(deeds))(
  '%s is refused under a lost lock, in body and header',
  async (name, prepare) => {
    const at = `/api/locks/${name}`;
    const { token } = (await ann.post(at, { ttlMs: 60_000 })).body;
    await ann.call('DELETE', at, { token });
    expect((await ann.post(at, { ttlMs: 60_000 })).body.fencingToken).toBe(2);
    const act = await prepare();
    const { version } = (await ann.get(`${state}/panel`)).body;
    const refused = [
      await act({ lock: { name, fencingToken: 1 } }),
      await act({}, { 'nexus-lock': `${name}; fence=1` }),
      await act({ lock: { name, fencingToken: 3 } }),
    ];
    expect(refused.map(({ status, body }) => [status, body.error])).toEqual(
      refused.map(() => [409, 'lock_lost']),
    );
    const contradictory = await act(
      { lock: { name, fencingToken: 2 } },
      { 'nexus-lock': `${name}; fence=1` },
    );
    expect(contradictory.status).toBe(400);
    expect((await ann.get(`${state}/panel`)).body.version).toBe(version);
    const done = await act({}, { 'nexus-lock': `${name}; fence=2` });
    expect(done.status).toBe(200);
    expect((await ann.get(`${state}/panel`)).body.version).toBe(version + 1);
  },
);
