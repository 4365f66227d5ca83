import { randomUUID } from 'node:crypto';
import { ApiClient, type ServiceProcess, testToken } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import type { Sample } from './samples';

/** What one case happens in: a workspace `ws` with a panel `panel` at version 2 and two members, of nobody else's. */
export interface World {
  readonly owner: string;
  readonly viewer: string;
  readonly admin: string;
  /** The idempotency key under which the owner has made the panel, and a key that no case is about. */
  readonly usedKey: string;
  /** A turn that has ended, and one that may touch only panels that are not there. */
  readonly endedTurn: string;
  readonly narrowTurn: string;
  /** Values for parameters of the path, of what a sample made. */
  readonly prepared: Readonly<Record<string, string>>;
}

/** Makes a world by way of the API, for the requests of one route. */
export async function makeWorld(api: ServiceProcess, { prepare }: Sample): Promise<World> {
  const [owner, viewer, admin] = ['owner', 'viewer', 'admin'].map((name) => `${name}-${randomUUID()}`);
  const client = new ApiClient(api.url, testToken(owner as string));
  const panel = '/api/state/ws/panel';
  const usedKey = randomUUID();
  const turns = '/api/state/ws/turns';
  const begun = [
    await client.post(turns, { agent: 'a', policy: 'merge' }),
    await client.post(turns, { agent: 'a', policy: 'merge', panels: ['elsewhere'] }),
  ];
  const [endedTurn, narrowTurn] = begun.map(({ body }) => body.turnId as string);
  const steps = [
    ...begun,
    await client.post(`${turns}/${endedTurn}/commit`, undefined),
    await client.post(panel, { initialState: { n: 1, text: 'old' } }, { 'idempotency-key': usedKey }),
    await client.put(panel, { state: { n: 2, text: 'new' }, version: 1 }),
    await client.put(`/api/workspaces/ws/members/${viewer}`, { role: 'viewer' }),
    await client.put(`/api/workspaces/ws/members/${admin}`, { role: 'admin' }),
    await client.put('/api/kv/used', { value: 1 }, { 'idempotency-key': usedKey }),
  ];
  expect(steps.filter(({ status }) => status >= 300)).toEqual([]);
  const prepared = (await prepare?.(client)) ?? {};
  return { owner, viewer, admin, usedKey, endedTurn, narrowTurn, prepared } as World;
}

const tables = [
  'panel_states',
  'state_history',
  'workspaces',
  'workspace_members',
  'idempotency_keys',
  'kv_entries',
];

const contentQuery = `SELECT concat_ws(E'\\n', ${tables
  .map(
    (table) =>
      `(SELECT string_agg(row::text, ',' ORDER BY row::text)
        FROM (SELECT to_jsonb(t) - 'last_accessed_at' AS row FROM ${table} AS t WHERE owner = $1) AS rows)`,
  )
  .map((rows, index) => `'${tables[index]}', ${rows}`)
  .join(', ')}) AS content`;

/**
 * Everything the database holds of a world's owner, as one text; but for when a panel was last read, and for snapshots:
 * they may be taken before a change is looked at.
 */
export async function contentOf(source: DataSource, { owner }: World): Promise<string> {
  const [{ content }] = (await source.query(contentQuery, [owner])) as [{ content: string }];
  return content;
}
