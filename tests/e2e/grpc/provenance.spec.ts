import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, json } from './client';

let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_BEFORE_WAIT: '1ms' });
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  const subject = `ann-${randomUUID()}`;
  ann = new GrpcClient(api, testToken(subject));
  user = stack.client(api, subject);
});
afterEach(() => ann.close());

const place = { workspaceId: 'ws', panelId: 'lamp' };
const provenance = {
  reason: 'Red is seen from the house.',
  confidence: 0.75,
  model: 'm-1',
  toolCalls: [{ name: 'look', id: 'call-1' }],
  onBehalfOf: 'bob',
  links: ['https://example.org/why'],
};
/** The provenance of a message, without what says which of its fields were sent. */
const provenanceOf = ({ provenance: sent }: Message) =>
  sent && Object.fromEntries(Object.entries(sent).filter(([name]) => !name.startsWith('_')));

/** Every method that changes panels, with the version that it makes. */
const writes: readonly (readonly [string, object])[] = [
  ['create', { ...place, initialStateJson: json({ n: 1 }) }],
  ['put', { ...place, stateJson: json({ n: 2 }), version: 1 }],
  ['patch', { ...place, patchesJson: json([{ op: 'inc', path: '/n', value: 1 }]), version: 2 }],
  ['patch', { ...place, mergePatchJson: json({ n: 4 }), version: 3 }],
  ['revert', { ...place, targetVersion: 1 }],
  ['transact', { workspaceId: 'ws', operations: [{ set: { panelId: 'lamp', stateJson: json({ n: 6 }) } }] }],
  ['delete', place],
];

describe('the provenance of a change over gRPC', () => {
  it('is kept by every method, and read over both doors and in watches', async () => {
    await ann.call('create', { ...place, panelId: 'other', initialStateJson: json({}) });
    const watch = ann.watch('watch', { workspaceId: 'ws', afterRevision: 1 });
    for (const [n, [method, request]] of writes.entries()) {
      const said = { ...provenance, reason: `${method} ${n}` };
      expect(await ann.call(method, { ...request, provenance: said })).toMatchObject({ code: 'OK' });
    }
    const expected = writes.map(([method], n) => ({ ...provenance, reason: `${method} ${n}` }));
    const { history } = (await ann.call('getHistory', place)).response;
    expect(history.map(provenanceOf).reverse()).toEqual(expected);
    const changes = await watch.changes(writes.length);
    watch.cancel();
    expect(changes.map(({ change }) => provenanceOf(change))).toEqual(expected);
    const { body } = await user.get('/api/state/ws/lamp/history');
    expect(body.history.map((item: Message) => item.provenance).reverse()).toEqual(expected);
  });

  it('is partial where only a part was sent, and absent where none was', async () => {
    await ann.call('create', { ...place, initialStateJson: json({ n: 1 }) });
    const put = { ...place, stateJson: json({ n: 2 }), version: 1, provenance: { reason: 'because' } };
    await ann.call('put', put);
    const [second, first] = (await ann.call('getHistory', place)).response.history;
    // Lists that were not sent are empty in messages.
    expect(provenanceOf(second)).toEqual({ reason: 'because', toolCalls: [], links: [] });
    expect(first.provenance).toBeNull();
    const { body } = await user.get('/api/state/ws/lamp/history');
    expect(body.history[0].provenance).toEqual({ reason: 'because' });
  });

  it('stands beside the turn of a change', async () => {
    await ann.call('create', { ...place, initialStateJson: json({ n: 1 }) });
    const { turnId } = (await user.post('/api/state/ws/turns', { agent: 'gardener', policy: 'merge' })).body;
    const patch = { ...place, mergePatchJson: json({ n: 2 }), version: 1, provenance };
    expect(await ann.call('patch', patch, { 'nexus-turn': turnId })).toMatchObject({ code: 'OK' });
    const [newest] = (await ann.call('getHistory', place)).response.history;
    expect(newest).toMatchObject({ turnId, provenance, triggeredBy: 'ai' });
  });
});
