import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import type { NexusClient, WorkspaceEvent } from '../src';
import { Garden } from './garden';

describe('a live workspace', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
    await garden.stack.start('snapshot-worker');
  }, 120_000);

  afterAll(() => garden.close());

  /** What a client is told of a workspace. */
  function followed(client: NexusClient, id: string) {
    const events: WorkspaceEvent[] = [];
    const live = client.workspace(id).open();
    live.on('event', (event) => events.push(event));
    const told = (kind: WorkspaceEvent['kind']) => events.filter((event) => event.kind === kind);
    return { live, events, told };
  }

  async function space() {
    const token = testToken(`user-${randomUUID()}`);
    const id = `ws-${randomUUID()}`;
    const theirs = garden.client({ token }).workspace(id);
    await theirs.panel('lamp').create({ on: false });
    return { token, id, theirs };
  }

  it('tells of changes from now on, of proposals and of snapshots', async () => {
    const { token, id, theirs } = await space();
    const { live, events, told } = followed(garden.client({ token }), id);
    await eventually(() => live.status === 'live', 'the workspace to be followed');
    expect(events).toMatchObject([{ kind: 'following', revision: 1 }]);
    await theirs.panel('fan').create({ speed: 1 });
    await theirs.panel('fan').patch([{ op: 'replace', path: '/speed', value: 2 }], { triggeredBy: 'ai' });
    await theirs.panel('lamp').delete();
    await eventually(() => told('change').length === 3, 'three changes');
    expect(told('change')).toMatchObject([
      { panelId: 'fan', version: 1, changeType: 'created', revision: 2 },
      { panelId: 'fan', version: 2, changeType: 'updated', revision: 3, triggeredBy: 'ai' },
      { panelId: 'lamp', version: 2, changeType: 'deleted', revision: 4 },
    ]);
    expect(live.revision).toBe(4);
    const change = { panelId: 'fan', version: 2, state: { speed: 3 } };
    const { proposalId } = await theirs.proposals.create({ title: 'Faster', changes: [change] });
    await eventually(() => told('proposal').length === 1, 'the proposal');
    await theirs.proposals.withdraw(proposalId);
    await eventually(() => told('proposal').length === 2, 'the end of the proposal');
    expect(told('proposal')).toMatchObject([
      { proposalId, state: 'open', title: 'Faster' },
      { proposalId, state: 'withdrawn' },
    ]);
    const { snapshotId } = await theirs.snapshots.create({ description: 'Now' });
    await eventually(
      () => told('snapshot').length === 3,
      'the snapshot after those that were taken by themselves',
    );
    expect(told('snapshot')).toMatchObject([
      { snapshotType: 'pre_ai_edit', panelCount: 2 },
      { snapshotType: 'pre_delete', panelCount: 2 },
      { snapshotId, snapshotType: 'manual', description: 'Now', panelCount: 1 },
    ]);
    live.close();
    expect(live.status).toBe('closed');
  });

  it('tells each change once, also over a connection that was lost', async () => {
    const { token, id, theirs } = await space();
    const proxy = await TcpProxy.start(garden.gateway.url);
    const { live, told } = followed(garden.client({ token, realtimeUrl: proxy.url }), id);
    await eventually(() => live.status === 'live', 'the workspace to be followed');
    await theirs.transaction((tx) => tx.set('a', { n: 1 }).set('b', { n: 1 }));
    await eventually(() => told('change').length === 2, 'the transaction');
    proxy.shut();
    await eventually(() => live.status === 'offline', 'the connection to be lost');
    await theirs.panel('a').merge({ n: 2 });
    proxy.heal();
    await eventually(() => told('following').length === 2, 'the workspace to be followed again');
    await theirs.panel('b').merge({ n: 2 });
    const names = () =>
      told('change').map((event) => ('panelId' in event ? `${event.panelId} ${event.version}` : ''));
    await eventually(() => names().includes('b 2'), 'the last change');
    expect([...names()].sort()).toEqual(['a 1', 'a 2', 'b 1', 'b 2']);
    await proxy.close();
  });

  it('leaves documents of the same client alone', async () => {
    const { token, id, theirs } = await space();
    const client = garden.client({ token });
    const { live } = followed(client, id);
    await eventually(() => live.status === 'live', 'the workspace to be followed');
    const lamp = client.workspace(id).panel('lamp').open();
    expect(await lamp.ready).toEqual({ on: false });
    await theirs.panel('lamp').merge({ on: true });
    await eventually(() => lamp.version === 2, 'the change');
    expect(lamp.state).toEqual({ on: true });
  });
});
