import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, json, value } from './client';
import { invalidAt } from './refusals';

let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  ann = new GrpcClient(api, testToken(`ann-${randomUUID()}`));
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
});

describe('keys over gRPC', () => {
  it('hold JSON or bytes, with versions that go on after a deletion', async () => {
    const key = '/jobs/1';
    const first = await ann.call('putKey', { key, valueJson: json({ b: 1, a: [null] }), version: 0 });
    expect(first.response).toMatchObject({ key, version: 1 });
    const { entry } = (await ann.call('getKey', { key })).response;
    expect(entry).toMatchObject({ key, version: 1, value: 'valueJson', revision: first.response.revision });
    expect([entry.valueJson.toString(), entry.expiresAt]).toEqual(['{"a":[null],"b":1}', undefined]);
    const bytes = Buffer.from([0, 1, 255]);
    await ann.call('putKey', { key, valueBytes: bytes, ttlSeconds: 60.5 });
    expect((await ann.call('getKey', { key })).response.entry).toMatchObject({
      value: 'valueBytes',
      valueBytes: bytes,
      version: 2,
      expiresAt: expect.any(String),
    });
    expect((await ann.call('deleteKey', { key, version: 2 })).response).toMatchObject({ key, version: 3 });
    expect((await ann.call('putKey', { key, valueJson: json(null) })).response).toMatchObject({ version: 4 });
    expect(value((await ann.call('getKey', { key })).response.entry.valueJson)).toBeNull();
  });

  it('are compared and set', async () => {
    const key = '/compared';
    await ann.call('putKey', { key, valueJson: json(1) });
    const stale = await ann.call('putKey', { key, valueJson: json(2), version: 7 });
    expect(stale).toMatchObject({
      code: 'ABORTED',
      problem: { code: 'version_conflict', facts: { currentVersion: 1 } },
    });
    const again = await ann.call('putKey', { key, valueJson: json(2) }, { 'if-none-match': '*' });
    expect(again).toMatchObject({ code: 'FAILED_PRECONDITION', problem: { code: 'precondition_failed' } });
    expect(await ann.call('deleteKey', { key: '/nothing' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are merged into, at a version, under conditions and until their time has passed', async () => {
    const key = '/merged';
    const missing = await ann.call('patchKey', { key, patchJson: json({ a: 1 }) });
    expect(missing).toMatchObject({ code: 'NOT_FOUND', problem: { code: 'not_found' } });
    await ann.call('putKey', { key, valueJson: json({ a: 1, b: { c: 2, d: 3 } }), ttlSeconds: 3_600 });
    const { expiresAt } = (await ann.call('getKey', { key })).response.entry;

    const merged = await ann.call('patchKey', { key, patchJson: json({ a: null, b: { c: 4 } }), version: 1 });
    expect(merged.response).toEqual({ key, version: 2, revision: expect.any(Number) });
    const { entry } = (await ann.call('getKey', { key })).response;
    expect([value(entry.valueJson), entry.version, entry.revision, entry.expiresAt]).toEqual([
      { b: { c: 4, d: 3 } },
      2,
      merged.response.revision,
      expiresAt,
    ]);

    expect(await ann.call('patchKey', { key, patchJson: json({}), version: 1 })).toMatchObject({
      code: 'ABORTED',
      problem: { code: 'version_conflict', facts: { key, expected: 1, currentVersion: 2 } },
    });
    expect(await ann.call('patchKey', { key, patchJson: json({}) }, { 'if-match': '"1"' })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      problem: { code: 'precondition_failed' },
    });
    const once = { 'idempotency-key': randomUUID() };
    const longer = { key, patchJson: json({ n: 1 }), ttlSeconds: 7_200 };
    const { response } = await ann.call('patchKey', longer, once);
    expect((await ann.call('patchKey', longer, once)).response).toEqual(response);
    expect(response).toMatchObject({ key, version: 3 });
    const later = (await ann.call('getKey', { key })).response.entry;
    expect([later.version, later.expiresAt > expiresAt]).toEqual([3, true]);

    await ann.call('putKey', { key: '/not-json', valueBytes: Buffer.from([1]) });
    expect(await ann.call('patchKey', { key: '/not-json', patchJson: json({}) })).toMatchObject({
      problem: { code: 'not_json' },
    });
    const lost = { name: 'printer', fencingToken: 9 };
    expect(await ann.call('patchKey', { key, patchJson: json({}), lock: lost })).toMatchObject({
      code: 'ABORTED',
      problem: { code: 'lock_lost' },
    });
  });

  it('are changed as one, or not at all', async () => {
    const operations = [
      { check: { key: '/one', version: 0 } },
      { set: { key: '/one', valueJson: json({ n: 1 }), ttlSeconds: 60 } },
      { set: { key: 'two:1', valueBytes: Buffer.from([7]) } },
    ];
    const { response } = await ann.call('transactKeys', { operations });
    expect(response.results).toEqual([
      { key: '/one', version: expect.any(Number) },
      { key: '/one', version: 1 },
      { key: 'two:1', version: 1 },
    ]);
    const entries = await Promise.all(['/one', 'two:1'].map((key) => ann.call('getKey', { key })));
    expect(entries.map(({ response: { entry } }) => entry)).toMatchObject([
      { revision: response.revision, valueJson: json({ n: 1 }), expiresAt: expect.any(String) },
      { revision: response.revision, valueBytes: Buffer.from([7]) },
    ]);
    const stale = [{ delete: { key: 'two:1' } }, { check: { key: '/one', version: 7 } }];
    expect(await ann.call('transactKeys', { operations: stale })).toMatchObject({
      code: 'ABORTED',
      problem: { code: 'version_conflict', facts: { key: '/one', currentVersion: 1, transactionIndex: 1 } },
    });
    const missing = [{ set: { key: '/three', valueJson: json(3) } }, { delete: { key: 'two:1' } }];
    const done = await ann.call('transactKeys', { operations: missing });
    expect(done.response.results).toEqual([
      { key: '/three', version: 1 },
      { key: 'two:1', version: 2 },
    ]);
  });

  it('are listed page by page, with or without values', async () => {
    for (const n of [1, 2, 3]) await ann.call('putKey', { key: `/list/${n}`, valueJson: json(n) });
    const { response: one } = await ann.call('listKeys', { prefix: '/list/', limit: 2 });
    expect(one.keys.map(({ key, value }: Message) => [key, value])).toEqual([
      ['/list/1', undefined],
      ['/list/2', undefined],
    ]);
    const page = { prefix: '/list/', cursor: one.nextCursor, values: true };
    const { response: two } = await ann.call('listKeys', page);
    expect(two.keys.map(({ valueJson }: Message) => value(valueJson))).toEqual([3]);
    expect(two.nextCursor).toBeUndefined();
  });

  it('are watched below a path, from a revision or a message on, and told of expiry', async () => {
    const before = await ann.call('putKey', { key: '/seen/0', valueJson: json(0) });
    const watch = ann.watch('watchKeys', { pattern: '/seen/*', afterRevision: before.response.revision });
    await eventually(() => watch.messages.length > 0, 'the first message', 20_000);
    expect(watch.messages[0]).toMatchObject({
      event: 'bookmark',
      bookmark: { revision: before.response.revision },
    });
    await ann.call('putKey', { key: '/seen/1', valueJson: json({ n: 1 }), ttlSeconds: 1 });
    await ann.call('putKey', { key: '/unseen', valueJson: json(1) });
    const [created, expired] = await watch.changes(2);
    expect(created.change).toMatchObject({
      changeType: 'CHANGE_TYPE_CREATED',
      key: '/seen/1',
      version: 1,
      expired: false,
    });
    expect(value(created.change.valueJson)).toEqual({ n: 1 });
    expect(expired.change).toMatchObject({
      changeType: 'CHANGE_TYPE_DELETED',
      key: '/seen/1',
      expired: true,
    });
    expect(expired.change.value).toBeUndefined();
    watch.cancel();
    const resumed = ann.watch('watchKeys', { pattern: '/seen/*', afterCursor: created.cursor });
    expect((await resumed.changes(1))[0].change).toMatchObject({ expired: true });
    resumed.cancel();
  });

  it('are watched within reach, and where a watch can begin', async () => {
    const subject = `bob-${randomUUID()}`;
    const bob = new GrpcClient(api, testToken(subject));
    const narrow = new GrpcClient(api, testToken(subject, { paths: ['/open/*'] }));
    const watch = narrow.watch('watchKeys', { pattern: '*', afterRevision: 0 });
    await eventually(() => watch.messages.length > 0, 'the first message', 20_000);
    for (const key of ['/shut/1', '/open/1']) await bob.call('putKey', { key, valueJson: json(1) });
    expect((await watch.changes(1))[0].change.key).toBe('/open/1');
    watch.cancel();
    expect(await bob.watch('watchKeys', { pattern: '/a//b' }).ended).toMatchObject({
      code: 'INVALID_ARGUMENT',
      problem: { code: 'invalid_key' },
    });
    const wrong: [object, string][] = [
      [{ afterRevision: -1 }, '/afterRevision'],
      [{ afterRevision: 1_000 }, '/afterRevision'],
      [{ afterCursor: 'nonsense' }, '/afterCursor'],
      [{ afterCursor: '1000' }, '/afterCursor'],
      [{ afterCursor: '1', afterRevision: 1 }, '/afterCursor'],
    ];
    for (const [place, pointer] of wrong)
      expect(await bob.watch('watchKeys', { pattern: '*', ...place }).ended).toMatchObject(
        invalidAt(pointer),
      );
    for (const client of [bob, narrow]) client.close();
  });
});
