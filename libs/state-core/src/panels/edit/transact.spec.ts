import { MemoryChangeFeed, MemoryPanelStore, MemoryUpdateBus } from '../../memory';
import { PanelMutexes, PendingChanges } from '../group-commit';
import { IdempotencyKeyReused, OperationRefused } from '../../errors';
import { type Change, type IdempotentRequest, type PanelKey, defaultLimits, stateContent } from '../model';
import { aRequest } from '../../testing/idempotency.contract';
import { someCopies } from '../../testing/copies-world';
import { FailingStore } from '../../testing/failing-store';
import { type BulkChangePorts, type TransactionOperation, transact } from './transact';
import { inProcess } from '../large';

const workspace = { owner: 'ann', workspaceId: 'ws' };
const origin = { actor: 'ann', triggeredBy: 'user', triggerSource: null };
const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
const set = (panelId: string, n: number): TransactionOperation => ({ op: 'set', panelId, state: { n } });

let store: MemoryPanelStore;
let faults: FailingStore<MemoryPanelStore>;
let ports: BulkChangePorts;
beforeEach(() => {
  store = new MemoryPanelStore();
  faults = new FailingStore(store);
  const observer = { hintFailed: () => undefined };
  ports = {
    store: faults.port,
    feed: new MemoryChangeFeed(store),
    observer,
    limits: defaultLimits,
    copies: someCopies(),
    large: inProcess,
    mutexes: new PanelMutexes(),
    bus: new MemoryUpdateBus(),
    triggers: { changed: () => undefined },
  };
});

const under = (request: IdempotentRequest | undefined, ...operations: TransactionOperation[]) =>
  transact({ workspace, operations, origin, request }, ports);
const versions = async (...panelIds: string[]) =>
  Promise.all(panelIds.map(async (panelId) => (await store.read(at(panelId)))?.version));

describe('transact under an idempotency key', () => {
  it('is done once, and gives the first result again', async () => {
    const operations = [set('a', 1), set('b', 1), set('a', 2)];
    const results = await Promise.all([1, 2, 3].map(() => under(aRequest('k'), ...operations)));
    const panels = [
      { panelId: 'a', version: 2 },
      { panelId: 'b', version: 1 },
    ];
    expect(results[0]).toEqual({ revision: 1, panels });
    await under(undefined, set('a', 9));
    for (const result of [...results, await under(aRequest('k'), ...operations)])
      expect(result).toEqual(results[0]);
    expect(await versions('a', 'b')).toEqual([3, 1]);
  });

  it('is refused as a whole where one of its panels has used the key, or another transaction', async () => {
    const pending = new PendingChanges(at('a'), undefined);
    pending.add(
      { ...origin, changeType: 'created', content: contentOf(1), patch: [] },
      aRequest('k', { fingerprint: 'of a' }),
    );
    await store.append([pending.toAppend()]);
    await expect(under(aRequest('k'), set('a', 2), set('b', 2))).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await under(aRequest('l'), set('c', 1));
    await expect(under(aRequest('l', { fingerprint: 'x' }), set('c', 2))).rejects.toBeInstanceOf(
      IdempotencyKeyReused,
    );
    expect(await versions('a', 'b', 'c')).toEqual([1, undefined, 1]);
  });

  it('keeps no key where it is refused', async () => {
    const refused = under(aRequest('k'), { op: 'delete', panelId: 'none' });
    await expect(refused).rejects.toBeInstanceOf(OperationRefused);
    expect(await under(aRequest('k', { fingerprint: 'x' }), set('a', 1))).toMatchObject({ panels: [{}] });
  });

  it('is recognized by what the version before has kept: the first change of each panel', async () => {
    await under(undefined, set('a', 1), set('b', 1), set('a', 2));
    const changes: Change[] = [];
    for (const panelId of ['a', 'b']) changes.push(...(await store.changesSince(at(panelId), 0, 1)));
    faults.onEach('findKept', async () => ({ fingerprint: undefined, answer: {}, changes }));
    expect(await under(aRequest('old'), set('a', 1), set('b', 1), set('a', 2))).toEqual({
      revision: 1,
      panels: [
        { panelId: 'a', version: 2 },
        { panelId: 'b', version: 1 },
      ],
    });
    const more = under(aRequest('old'), set('a', 1), set('c', 1));
    await expect(more).rejects.toBeInstanceOf(IdempotencyKeyReused);
  });
});

function contentOf(n: number) {
  return stateContent({ n }, defaultLimits);
}
