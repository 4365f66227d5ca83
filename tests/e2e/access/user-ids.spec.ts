import { randomBytes, randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { postgresDataSource } from '@nexus-state/postgres';

let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterAll(() => stack?.close());

/** Random text cannot be compressed, so that its index rows are as long as it is. */
const random = (length: number) => randomBytes(length).toString('base64url').slice(0, length);

/** The longest text that a field of characters takes, in the most bytes that it can have. */
const widest = (characters: number) =>
  Array.from({ length: characters }, () =>
    String.fromCodePoint(0x10000 + Math.floor(Math.random() * 0xffff)),
  ).join('');

it('a subject over 255 bytes is refused, and one of 255 bytes does everything', async () => {
  for (const subject of [random(256), random(2_800), random(9_000), 'ë'.repeat(128)]) {
    const answer = await stack.client(api, subject).get('/api/workspaces');
    expect([answer.status, answer.body.error]).toEqual([401, 'unauthorized']);
    expect(answer.body.message).toContain('255 bytes');
  }
  for (const subject of [random(255), widest(63)])
    await expectEverything(stack.client(api, subject), subject);
});

/** Writes into every index, with the longest ids that are allowed. */
async function expectEverything(user: ApiClient, subject: string): Promise<void> {
  const [ws, panel, member] = [random(255), random(255), random(255)];
  const path = `/api/state/${ws}/${panel}`;
  const origin = { triggeredBy: widest(64), triggerSource: widest(255) };
  const key = { 'idempotency-key': random(127) + 'ÿ'.repeat(128) };
  const statuses = [
    await user.post(path, { initialState: { n: 1 }, ...origin }, key),
    await user.put(path, { state: { n: 2 }, version: 1, ...origin }, { 'idempotency-key': random(255) }),
    await user.put(`/api/workspaces/${ws}/members/${member}`, { role: 'editor' }),
    await stack.client(api, member).post(`/api/workspaces/${ws}/activate`, undefined),
    await stack.client(api, member).get(`${path}?owner=${encodeURIComponent(subject)}`),
    await user.patch(`/api/workspaces/${ws}`, { name: widest(255), description: widest(2_000) }),
    await user.post(`/api/snapshots/${ws}`, { description: widest(2_048) }),
    await user.delete(path),
    await user.delete(`/api/workspaces/${ws}`),
  ].map(({ status, body }) => (status < 300 ? status : body));
  expect(statuses).toEqual([201, 200, 200, 200, 200, 200, 201, 204, 204]);
}

it('a member, owner or any other id that is too long is refused as that, and never with 500', async () => {
  const user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: {} });
  for (const long of [random(256), random(3_000)]) {
    const member = `/api/workspaces/ws/members/${long}`;
    const refused = [
      await user.put(member, { role: 'viewer' }),
      await user.get(member),
      await user.delete(member),
      await user.get(`/api/state/ws/panel?owner=${long}`),
      await user.get('/api/state/ws/panel', { 'x-workspace-owner': long }),
      await user.get(`/git/${long}/ws.git/info/refs?service=git-upload-pack`),
      await user.post('/api/workspaces', { name: 'x', workspaceId: long }),
      await user.get(`/api/state/${long}/panel`),
      await user.get(`/api/state/ws/${long}`),
    ].map(({ status, body }) => [status, body.error]);
    expect(refused).toEqual(refused.map(() => [400, 'invalid_id']));
  }
});

it('other ids are refused with 4xx, however long they are', async () => {
  const user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: {} });
  await user.post('/api/snapshots/ws', {});
  const cursors = ['/api/state/ws', '/api/state/ws/changes', '/api/snapshots/ws'];
  for (const long of [
    random(256),
    random(3_000),
    random(9_000),
    `${'A'.repeat(2_999)}=`,
    '%00',
    '%F0%9F%9A%80',
  ]) {
    const answers = [
      ...(await Promise.all(cursors.map((path) => user.get(`${path}?cursor=${long}`)))),
      await user.get(`/api/snapshots/ws/${long}`),
      await user.get(`/api/snapshots/ws/jobs/${long}`),
      await user.get(`/api/snapshots/ws/${randomUUID()}/diff?to=${long}`),
      await user.get(`/api/state/ws/snapshot?git_commit=${long}`),
      await user.post('/api/snapshots/ws/restore', { gitCommitHash: decodeURIComponent(long) }),
      await user.post('/api/snapshots/ws/restore', { snapshotId: decodeURIComponent(long) }),
      await user.get(`/api/state/ws/panel?path=/${long}`),
    ];
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
  }
});

it('no index row of the longest ids comes near the limit of PostgreSQL', async () => {
  const source = await postgresDataSource({ url: stack.database.url, poolSize: 2 }).initialize();
  try {
    // Every column that an index holds, by its longest value: text of users and callers is bounded, the rest is short.
    const rows: { index: string; columns: string }[] = await source.query(`
      SELECT i.indexrelid::regclass::text AS index, string_agg(a.attname, ',' ORDER BY a.attnum) AS columns
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
      JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND m.amname = 'btree' AND a.atttypid = 'text'::regtype GROUP BY 1`);
    const longest: Readonly<Record<string, number>> = {
      owner: 255,
      user_id: 255,
      actor: 255,
      turn_id: 36,
      proposal_id: 36,
      // The turn of a change: no change is kept of a turn that is not there.
      expr: 36,
      // What makes embeddings: a name in the settings.
      provider: 255,
      checksum: 64,
      workspace_id: 255,
      panel_id: 255,
      // 255 octets beyond US-ASCII, stored as UTF-8.
      idempotency_key: 510,
      key_hash: 64,
      git_commit_hash: 64,
      name: 64,
      // A key of `/api/kv` has at most 1,024 bytes.
      key: 1024,
    };
    expect(rows.length).toBeGreaterThan(8);
    for (const { index, columns } of rows) {
      const bytes = columns.split(',').reduce((sum, column) => sum + (longest[column] ?? Infinity), 0);
      expect([index, columns, bytes < 2_600]).toEqual([index, columns, true]);
    }
  } finally {
    await source.destroy();
  }
});
