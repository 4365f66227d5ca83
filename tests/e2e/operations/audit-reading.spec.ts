import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

describe.each(['file', 'postgres'])('the audit log in %s', (sink) => {
  let stack: TestStack;
  let api: ServiceProcess;
  let admin: ApiClient;
  let subject: string;
  let user: ApiClient;

  beforeAll(async () => {
    stack = await TestStack.create({ AUDIT_SINK: sink });
    api = await stack.start('state-api');
    admin = stack.client(api, 'auditor', { scope: 'state:admin' });
  });
  beforeEach(() => {
    subject = `user-${randomUUID()}`;
    user = stack.client(api, subject);
  });
  afterAll(() => stack?.close());

  const read = async (query: string): Promise<object[]> => {
    const { status, body } = await admin.get(`/api/audit?limit=1000&${query}`);
    expect(status).toBe(200);
    return body.records;
  };

  it('is read in pages, narrowed, by administrators alone', async () => {
    for (let n = 1; n <= 5; n++) await user.put(`/api/kv/page/${n}`, { value: n });
    await eventually(async () => (await read(`actor=${subject}`)).length === 5, 'the records');
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await admin.get(`/api/audit?actor=${subject}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.records.map(({ resource }: { resource: { key: string } }) => resource.key));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `/page/${n}`));
    expect(await read(`actor=${subject}&resource=/page/3`)).toHaveLength(1);
    expect(await read(`actor=${subject}&until=2020-01-01T00:00:00Z`)).toEqual([]);
    expect(await read(`actor=${subject}&since=2020-01-01T00:00:00Z`)).toHaveLength(5);
    const refusals = [
      await user.get('/api/audit'),
      await stack.client(api, 'a', { scope: 'state:admin', paths: ['ws/*'] }).get('/api/audit'),
      await admin.get('/api/audit?cursor=none'),
      await admin.get('/api/audit?since=yesterday'),
    ].map(({ status, body }) => [status, body.error]);
    expect(refusals).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [400, 'validation_failed'],
      [400, 'validation_failed'],
    ]);
    // Nobody learns of the log by reading it.
    expect(await read('resource=none&actor=auditor')).toEqual([]);
  });

  it('has every write that was answered, also where the process is killed', async () => {
    const victim = await stack.start('state-api');
    const writer = stack.client(victim, subject);
    const answered: string[] = [];
    const writes = Array.from({ length: 20 }, async (_, lane) => {
      for (let n = 0; ; n++) {
        const { status } = await writer.put(`/api/state/ws/p${lane}-${n}`, { state: {}, version: 0 });
        if (status !== 201) return;
        answered.push(`p${lane}-${n}`);
      }
    });
    await eventually(() => answered.length > 100, 'some writes');
    await victim.stop('SIGKILL');
    await Promise.allSettled(writes);
    const found = new Set<unknown>();
    for (let cursor = ''; ;) {
      const { body } = await admin.get(
        `/api/audit?actor=${subject}&limit=1000${cursor && `&cursor=${cursor}`}`,
      );
      for (const { resource } of body.records) found.add(resource.panelId);
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(answered.filter((panelId) => !found.has(panelId))).toEqual([]);
  });
});
