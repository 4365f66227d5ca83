import { randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, rawToken, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, type Outcome, json } from './client';
import { type Refusal, expectRefused } from './refusals';

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

describe('a call is refused with', () => {
  it('ABORTED and the current version, on a version conflict', async () => {
    const place = await created({}, 3);
    const stale = await ann.call('put', { ...place, stateJson: json({}), version: 1 });
    expectRefused(stale, ['ABORTED', 'version_conflict', { currentVersion: 3, panelId: place.panelId }]);
    const deleted = await ann.call('delete', { ...place, version: 2 });
    expectRefused(deleted, ['ABORTED', 'version_conflict', { currentVersion: 3 }]);
    const policy = { onConflict: 'CONFLICT_POLICY_REJECT', version: 1 };
    const patched = await ann.call('patch', { ...place, patchesJson: json([]), ...policy });
    expectRefused(patched, ['ABORTED', 'version_conflict', { currentVersion: 3 }]);
  });

  it('ABORTED and the conflicts, where changes collide', async () => {
    const place = await created({ n: 1 }, 2);
    const patch = { patchesJson: json([{ op: 'replace', path: '/n', value: 9 }]), version: 1 };
    const conflicts = [{ path: '/n', yours: 9, theirs: 2 }];
    expectRefused(await ann.call('patch', { ...place, ...patch }), [
      'ABORTED',
      'merge_conflict',
      { conflicts },
    ]);
    const overwritten = { ...place, ...patch, onConflict: 'CONFLICT_POLICY_OVERWRITE' };
    expect(await ann.call('patch', overwritten)).toMatchObject({ code: 'OK', response: { merged: true } });
  });

  it('ABORTED and the conflicts without their values, where these are too large for trailers', async () => {
    const place = await created({ text: '' }, 2);
    const text = 'x'.repeat(200_000);
    await ann.call('put', { ...place, stateJson: json({ text }), version: 2 });
    const patchesJson = json([{ op: 'replace', path: '/text', value: `${text}y` }]);
    const outcome = await ann.call('patch', { ...place, patchesJson, version: 1 });
    expectRefused(outcome, [
      'ABORTED',
      'merge_conflict',
      { truncated: true, conflicts: [{ path: '/text' }] },
    ]);
  });

  it('ABORTED, under a lock that is lost', async () => {
    const http = stack.client(api, 'ann');
    const name = `lock-${randomUUID()}`;
    const { body } = await http.post(`/api/locks/${name}`, { ttlMs: 30_000 });
    const place = await created();
    const lock = { name, fencingToken: body.fencingToken };
    expect(await ann.call('put', { ...place, stateJson: json({}), version: 1, lock })).toMatchObject({
      code: 'OK',
    });
    const lost: Refusal = ['ABORTED', 'lock_lost', { name }];
    const older = { ...lock, fencingToken: body.fencingToken + 5 };
    expectRefused(await ann.call('put', { ...place, stateJson: json({}), version: 2, lock: older }), lost);
    const inMetadata = { 'nexus-lock': `${name}; fence=${body.fencingToken + 5}` };
    expectRefused(await ann.call('delete', place, inMetadata), lost);
    expectRefused(await ann.call('putKey', { key: '/under', valueJson: json(1), lock: older }), lost);
    expectRefused(await ann.call('deleteKey', { key: '/under' }, inMetadata), lost);
  });

  it('FAILED_PRECONDITION, where a patch does not apply, a version is missing, or metadata do not hold', async () => {
    const place = await created({ n: 1 }, 2);
    const patchesJson = json([{ op: 'remove', path: '/gone' }]);
    const failed: Refusal = ['FAILED_PRECONDITION', 'patch_failed', { operationIndex: 0, path: '/gone' }];
    expectRefused(await ann.call('patch', { ...place, patchesJson, version: 2 }), failed);
    const put = { ...place, stateJson: json({}) };
    expectRefused(await ann.call('put', put), ['FAILED_PRECONDITION', 'version_required']);
    const condition: Refusal = ['FAILED_PRECONDITION', 'precondition_failed', { currentVersion: 2 }];
    expectRefused(await ann.call('put', put, { 'if-match': '"1"' }), condition);
    expectRefused(await ann.call('put', put, { 'if-none-match': '*' }), condition);
  });

  it('ALREADY_EXISTS, NOT_FOUND and INVALID_ARGUMENT', async () => {
    const place = await created();
    const again = await ann.call('create', { ...place, initialStateJson: json({}) });
    expectRefused(again, ['ALREADY_EXISTS', 'already_exists', { currentVersion: 1 }]);
    expectRefused(await ann.call('get', at()), ['NOT_FOUND', 'not_found']);
    expectRefused(await ann.call('get', { ...place, path: '/no' }), ['NOT_FOUND', 'path_not_found']);
    expectRefused(await ann.call('get', { ...place, version: 9 }), ['NOT_FOUND', 'not_found']);
    expectRefused(await ann.call('get', {}), ['INVALID_ARGUMENT', 'invalid_id']);
    expectRefused(await ann.call('getKey', { key: '/a//b' }), ['INVALID_ARGUMENT', 'invalid_key']);
    expectRefused(await ann.call('getKey', { key: '/none' }), ['NOT_FOUND', 'not_found']);
  });

  it('RESOURCE_EXHAUSTED, where something is too large', async () => {
    const large = { ...at(), initialStateJson: json({ text: 'x'.repeat(1_100_000) }) };
    expectRefused(await ann.call('create', large), [
      'RESOURCE_EXHAUSTED',
      'state_too_large',
      { limitBytes: 1_048_576 },
    ]);
    const place = await created();
    const patchesJson = json(Array.from({ length: 1_001 }, () => ({ op: 'inc', path: '/n', value: 1 })));
    const many = await ann.call('patch', { ...place, patchesJson, version: 1 });
    expectRefused(many, ['RESOURCE_EXHAUSTED', 'patch_too_large', { operations: 1_001 }]);
    const valueBytes = Buffer.alloc(1_100_000);
    expectRefused(await ann.call('putKey', { key: '/k', valueBytes }), [
      'RESOURCE_EXHAUSTED',
      'value_too_large',
    ]);
  });

  it('RESOURCE_EXHAUSTED, over a rate', async () => {
    const limited = await stack.start('state-api', { RATE_LIMIT_WRITES_PER_SECOND: '1' });
    const bob = new GrpcClient(limited, testToken(`bob-${randomUUID()}`));
    const put = () => bob.call('put', { ...at(), stateJson: json({}), version: 0 });
    const outcomes = [await put(), await put(), await put()];
    const refused = outcomes.find(({ code }) => code !== 'OK') as Outcome;
    expectRefused(refused, ['RESOURCE_EXHAUSTED', 'rate_limited']);
    expect(refused.trailers.get('retry-after')).toEqual([expect.stringMatching(/^\d+$/)]);
    expect(refused.trailers.get('ratelimit')).toEqual([expect.stringContaining('"user-writes";r=0')]);
    expect(outcomes[0]?.head.get('ratelimit-policy')).toEqual([expect.stringContaining('"user-writes"')]);
    bob.close();
  });
});

describe('a call without leave is refused with', () => {
  const place = at('lamp');
  const get = async (token?: string) => {
    const client = new GrpcClient(api, token ?? undefined);
    const outcome = await client.call('get', place);
    client.close();
    return outcome;
  };

  it.each([
    ['no token', ''],
    ['no JWT', 'nonsense'],
    ['an expired one', testToken('ann', { exp: 1 })],
    ['one without a subject', rawToken({ exp: 4_000_000_000 })],
    ['the algorithm none', rawToken({ sub: 'ann' }, { alg: 'none' })],
  ])('UNAUTHENTICATED: %s', async (_, token) => {
    const outcome = await get(token);
    expectRefused(outcome, ['UNAUTHENTICATED', 'unauthorized']);
    if (token !== '') expect(JSON.stringify(outcome.problem)).not.toContain(token);
  });

  it('PERMISSION_DENIED without the scope, and names it', async () => {
    expectRefused(await get(testToken('ann', { scope: 'state:write' })), [
      'PERMISSION_DENIED',
      'forbidden',
      { requiredScope: 'state:read' },
    ]);
  });

  it('NOT_FOUND for what the token does not reach, in transactions and keys, too', async () => {
    await ann.call('create', { ...place, initialStateJson: json({}) });
    await ann.call('putKey', { key: '/open/a', valueJson: json(1) });
    await ann.call('putKey', { key: '/shut/a', valueJson: json(1) });
    const narrow = new GrpcClient(api, testToken('ann', { paths: ['ws/b*', '/open/*'] }));
    expectRefused(await narrow.call('get', place), ['NOT_FOUND', 'not_found']);
    const operations = [{ set: { panelId: 'bell', stateJson: json({}) } }, { delete: { panelId: 'lamp' } }];
    expectRefused(await narrow.call('transact', { workspaceId: 'ws', operations }), [
      'NOT_FOUND',
      'not_found',
      { transactionIndex: 1 },
    ]);
    expect((await ann.call('get', at('bell'))).code).toBe('NOT_FOUND');
    expectRefused(await narrow.call('getKey', { key: '/shut/a' }), ['NOT_FOUND', 'not_found']);
    const keys = ['/open/b', '/shut/b'].map((key) => ({ set: { key, valueJson: json(1) } }));
    expectRefused(await narrow.call('transactKeys', { operations: keys }), ['NOT_FOUND', 'not_found']);
    expectRefused(await ann.call('getKey', { key: '/open/b' }), ['NOT_FOUND', 'not_found']);
    const { response } = await narrow.call('listKeys', {});
    expect(response.keys.map(({ key }: Message) => key)).toEqual(['/open/a']);
    narrow.close();
  });
});
