import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { GrpcClient, type Message, type Outcome, RawClient, json } from './client';
import { expectRefused } from './refusals';

let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  ann = new GrpcClient(api);
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
});

const at = (panelId = `p-${randomUUID()}`) => ({ workspaceId: 'ws', panelId });

async function created(state: object = { n: 1 }, versions = 1) {
  const place = at();
  await ann.call('create', { ...place, initialStateJson: json(state) });
  for (let version = 1; version < versions; version++)
    await ann.call('put', { ...place, stateJson: json({ n: version + 1 }), version });
  return place;
}

describe('hostile input', () => {
  const pointers = ({ problem }: Outcome) => problem?.facts.errors.map(({ pointer }: Message) => pointer);

  it.each([
    ['no JSON', Buffer.from('{'), 'malformed_json'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed_json'],
    ['a member twice', Buffer.from('{"a":1,"a":2}'), 'malformed_json'],
    ['nothing', Buffer.alloc(0), 'validation_failed'],
    ['no object', Buffer.from('[]'), 'validation_failed'],
    ['a lone surrogate', Buffer.from('{"a":"\\ud800"}'), 'unsupported_value'],
    ['U+0000', Buffer.from('{"a":"\\u0000"}'), 'unsupported_value'],
    ['a large integer', Buffer.from('{"a":9007199254740993}'), 'unsupported_value'],
    ['deep nesting', Buffer.from(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`), 'state_too_deep'],
  ])('is refused: a state that is %s', async (_, initialStateJson, code) => {
    expectRefused(await ann.call('create', { ...at(), initialStateJson }), ['INVALID_ARGUMENT', code]);
    expectRefused(await ann.call('put', { ...at(), stateJson: initialStateJson, version: 0 }), [
      'INVALID_ARGUMENT',
      code,
    ]);
  });

  it('keeps __proto__ as data', async () => {
    const place = at();
    const initialStateJson = Buffer.from('{"__proto__":{"a":1},"constructor":2}');
    expect(await ann.call('create', { ...place, initialStateJson })).toMatchObject({ code: 'OK' });
    expect((await ann.call('get', place)).response.stateJson.toString()).toBe(
      '{"__proto__":{"a":1},"constructor":2}',
    );
  });

  it('is named by the fields of the message', async () => {
    const place = await created();
    const put = { ...place, stateJson: json(1), version: -1, triggeredBy: '', onConflict: 17 };
    expect(pointers(await ann.call('put', put))?.sort()).toEqual([
      '/onConflict',
      '/stateJson',
      '/triggeredBy',
      '/version',
    ]);
    const lock = { name: 'l', fencingToken: 0 };
    expect(pointers(await ann.call('delete', { ...place, lock }))).toEqual(['/lock/fencingToken']);
    const provenance = { confidence: 2, toolCalls: [{ name: 'n' }] };
    expect(pointers(await ann.call('delete', { ...place, provenance }))).toEqual(['/provenance/confidence']);
    const long = { reason: 'x'.repeat(5_000) };
    expect(pointers(await ann.call('delete', { ...place, provenance: long }))).toEqual(['/provenance']);
    expect(pointers(await ann.call('patch', place))).toEqual(['']);
    expect(pointers(await ann.call('patch', { ...place, patchesJson: json({}) }))).toEqual(['/patchesJson']);
    expect(
      pointers(await ann.call('patch', { ...place, patchesJson: json([{ op: 'x' }]), version: 1 }))?.[0],
    ).toMatch(/^\/patchesJson\/0/);
    expect(pointers(await ann.call('getHistory', { ...place, limit: 0, since: 'now' }))?.sort()).toEqual([
      '/limit',
      '/since',
    ]);
    expect(pointers(await ann.call('revert', place))).toEqual(['/targetVersion']);
    expect(pointers(await ann.call('get', { ...place, version: 1, at: '2020-01-01T00:00:00Z' }))).toEqual([
      'at',
    ]);
    const transact = (...operations: object[]) => ann.call('transact', { workspaceId: 'ws', operations });
    expect(pointers(await transact())).toEqual(['/operations']);
    expect(pointers(await transact({}))).toEqual(['/operations/0']);
    expect(pointers(await transact({ set: { panelId: 'a', stateJson: json([]), version: -2 } }))).toEqual([
      '/operations/0/set/version',
      '/operations/0/set/stateJson',
    ]);
    expect(pointers(await ann.call('putKey', { key: '/a' }))).toEqual(['']);
    expect(pointers(await ann.call('putKey', { key: '/a', valueJson: json(1), ttlSeconds: -1 }))).toEqual([
      '/ttlSeconds',
    ]);
    expect(pointers(await ann.call('putKey', { key: '/a', valueJson: json(1), lock }))).toEqual([
      '/lock/fencingToken',
    ]);
    expect(pointers(await ann.call('patchKey', { key: '/a' }))).toEqual(['/patchJson']);
    const merge = { key: '/a', patchJson: json({}), version: -1, ttlSeconds: 0, lock };
    expect(pointers(await ann.call('patchKey', merge))?.sort()).toEqual([
      '/lock/fencingToken',
      '/ttlSeconds',
      '/version',
    ]);
    expect(pointers(await ann.call('deleteKey', { key: '/a', lock }))).toEqual(['/lock/fencingToken']);
    const transactKeys = (...operations: object[]) => ann.call('transactKeys', { operations });
    expect(pointers(await transactKeys())).toEqual(['/operations']);
    expect(pointers(await transactKeys({}))).toEqual(['/operations/0']);
    expect(pointers(await transactKeys({ set: { key: '/a' } }))).toEqual(['/operations/0/set/valueJson']);
    const set = { key: '/a', valueJson: json(1), ttlSeconds: -1 };
    expect(pointers(await transactKeys({ set }, { check: { key: '/a', version: -1 } }))).toEqual([
      '/operations/0/set/ttlSeconds',
      '/operations/1/check/version',
    ]);
    expect(pointers(await transactKeys(...Array(2).fill({ delete: { key: '/a' } })))).toEqual([
      '/operations/1',
    ]);
    expect(pointers(await transactKeys(...Array(129).fill({ delete: { key: '/a' } })))).toEqual([
      '/operations',
    ]);
    expectRefused(await transactKeys({ delete: { key: '/a//b' } }), ['INVALID_ARGUMENT', 'invalid_key']);
    expect(pointers(await ann.call('listKeys', { limit: 5_000 }))).toEqual(['/limit']);
  });

  it('is refused: metadata that mean nothing to the method, or nothing at all', async () => {
    const place = await created();
    expect(pointers(await ann.call('get', place, { 'if-match': '"1"' }))).toEqual(['if-match']);
    const transact = { workspaceId: 'ws', operations: [{ delete: { panelId: place.panelId } }] };
    expect(pointers(await ann.call('transact', transact, { 'if-match': '"1"' }))).toEqual(['if-match']);
    expect(pointers(await ann.call('getKey', { key: '/a' }, { 'nexus-lock': 'l; fence=1' }))).toEqual([
      'nexus-lock',
    ]);
    const put = { key: '/a', valueJson: json(1) };
    expect(pointers(await ann.call('putKey', put, { 'nexus-lock': 'l' }))).toEqual(['Nexus-Lock']);
    expect(pointers(await ann.call('putKey', put, { 'idempotency-key': 'x'.repeat(256) }))).toEqual([
      'Idempotency-Key',
    ]);
    expect(pointers(await ann.call('delete', place, { 'if-match': 'nonsense' }))).toEqual(['If-Match']);
    expect(pointers(await ann.call('delete', place, { 'idempotency-key': 'x'.repeat(256) }))).toEqual([
      'Idempotency-Key',
    ]);
  });

  it('is refused: a message of 17 MiB, and one with a million operations', async () => {
    const huge = { ...at(), initialStateJson: Buffer.alloc(17 * 1_048_576, ' ') };
    expect(await ann.call('create', huge)).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    const raw = new RawClient(api, ann);
    // A million operations without a field.
    for (const method of ['Transact', 'TransactKeys'])
      expect(await raw.call(method, Buffer.alloc(2_000_000, Buffer.from([0x12, 0])))).toMatchObject({
        code: status.RESOURCE_EXHAUSTED,
        details: expect.stringContaining('more values'),
      });
    raw.close();
  });

  it('is refused: bytes that are no message, and methods that are none', async () => {
    const raw = new RawClient(api, ann);
    const bytes = Buffer.from([0x0a, 0xff]);
    expect(await raw.call('Get', bytes)).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await raw.call('None', bytes)).toMatchObject({ code: status.UNIMPLEMENTED });
    raw.close();
  });

  it('leaves the service at work', async () => {
    expect((await ann.call('get', await created())).code).toBe('OK');
    expect(api.output()).not.toContain('call failed');
  });
});
