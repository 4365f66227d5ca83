import { eventually } from '@nexus-state/state-core/testing';
import { TestStack } from '@nexus-state/test-kit';
import { GrpcClient, json } from './client';
import { expectRefused } from './refusals';

let stack: TestStack;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
  ann = new GrpcClient(await stack.start('state-api', { KEYS_MAX_CHANGES: '20' }));
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
});

it('OUT_OF_RANGE ends a watch whose changes are no longer kept, with the oldest revision there is', async () => {
  for (let n = 0; n < 60; n++) await ann.call('putKey', { key: '/a', valueJson: json(n) });
  const outcome = await eventually(async () => {
    const watch = ann.watch('watchKeys', { pattern: '*', afterRevision: 1 });
    const refused = await Promise.race([watch.ended, watch.changes(1).then(() => undefined)]);
    watch.cancel();
    return refused;
  }, 'a watch to be refused');
  expectRefused(outcome, ['OUT_OF_RANGE', 'compacted', { oldestRevision: expect.any(Number) }]);
});

it('INTERNAL says no more than that the service has failed', async () => {
  const place = { workspaceId: 'ws', panelId: 'lamp' };
  await stack.database.drop();
  const outcome = await ann.call('get', { ...place, noCache: true });
  expectRefused(outcome, ['INTERNAL', 'internal_error']);
  expect(JSON.stringify(outcome.problem)).not.toMatch(/database|postgres|select|relation/i);
});
