import fc from 'fast-check';
import { MemoryChangeFeed, MemoryPanelStore, MemoryUpdateBus } from '../../memory';
import { PanelMutexes } from '../group-commit';
import { type PanelKey, defaultLimits } from '../model';
import { someCopies } from '../../testing/copies-world';
import { aRequest } from '../../testing/idempotency.contract';
import { breath } from '../../testing/counting-store';
import { anAppend } from '../../testing/panel-builders';
import { runs } from '@nexus-state/documents/testing';
import { type BulkChangePorts, type TransactionOperation, transact } from './transact';
import { inProcess } from '../large';

const workspace = { owner: 'ann', workspaceId: 'ws' };
const origin = { actor: 'ann', triggeredBy: 'user', triggerSource: null };
const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
const increment = (panelId: string): TransactionOperation => ({
  op: 'patch',
  panelId,
  patches: [{ op: 'inc', path: '/n', value: 1 }],
});

/** A store that takes a moment for everything, and that another writer may change just before a transaction does. */
class BusyStore extends MemoryPanelStore {
  optimistic = 0;
  exclusive = 0;
  beforeAppend: () => Promise<void> = async () => undefined;

  override async readMany(...args: Parameters<MemoryPanelStore['readMany']>) {
    await breath();
    return super.readMany(...args);
  }

  override async appendTogether(...args: Parameters<MemoryPanelStore['appendTogether']>) {
    this.optimistic++;
    await this.beforeAppend();
    await breath();
    return super.appendTogether(...args);
  }

  override async appendTogetherExclusively(
    ...args: Parameters<MemoryPanelStore['appendTogetherExclusively']>
  ) {
    this.exclusive++;
    return super.appendTogetherExclusively(...args);
  }

  async create(...panelIds: string[]): Promise<void> {
    await this.append(panelIds.map((id) => anAppend(at(id), 0, [{ state: { n: 0 } }])));
  }
}

function portsOf(store: BusyStore): BulkChangePorts {
  return {
    store,
    feed: new MemoryChangeFeed(store),
    observer: { hintFailed: () => undefined },
    limits: defaultLimits,
    large: inProcess,
    mutexes: new PanelMutexes(),
    copies: someCopies(),
    bus: new MemoryUpdateBus(),
    triggers: { changed: () => undefined },
  };
}

const count = async (store: BusyStore, panelId: string) => (await store.read(at(panelId)))?.state['n'];

describe('transactions that want the same panels', () => {
  it('wait their turn within a process: each is written at once', async () => {
    const store = new BusyStore();
    await store.create('a', 'b');
    const ports = portsOf(store);
    const operations = [increment('a'), increment('b')];
    const all = Array.from({ length: 50 }, (_, n) =>
      transact({ workspace, operations: n % 2 ? operations : [...operations].reverse(), origin }, ports),
    );
    await Promise.all(all);
    expect([await count(store, 'a'), await count(store, 'b')]).toEqual([50, 50]);
    expect([store.optimistic, store.exclusive]).toEqual([50, 0]);
  });

  it('make other writers wait after two lost races', async () => {
    const store = new BusyStore();
    await store.create('a', 'b');
    let others = 0;
    store.beforeAppend = async () => {
      const panel = await store.read(at('a'));
      const state = { n: (panel?.state['n'] as number) + 1 };
      await store.append([anAppend(at('a'), panel?.version ?? 0, [{ state }], panel?.state)]);
      others++;
    };
    await transact({ workspace, operations: [increment('a'), increment('b')], origin }, portsOf(store));
    expect([store.optimistic, store.exclusive, others]).toEqual([2, 1, 2]);
    expect([await count(store, 'a'), await count(store, 'b')]).toEqual([3, 1]);
  });

  it('are refused by what their panels hold, also while others wait', async () => {
    const store = new BusyStore();
    await store.create('a');
    store.beforeAppend = async () => {
      const version = (await store.read(at('a')))?.version ?? 0;
      await store.append([anAppend(at('a'), version, [{ state: { text: version } }])]);
    };
    const refused = transact({ workspace, operations: [increment('a')], origin }, portsOf(store));
    await expect(refused).rejects.toMatchObject({ code: 'patch_failed' });
    store.beforeAppend = async () => undefined;
    await store.append([anAppend(at('a'), (await store.read(at('a')))?.version ?? 0, [{ state: { n: 7 } }])]);
    await transact({ workspace, operations: [increment('a')], origin }, portsOf(store));
    expect(await count(store, 'a')).toBe(8);
  });

  it('are done once where they are repeated, in any process, however often others are faster', async () => {
    const store = new BusyStore();
    await store.create('a', 'b');
    store.beforeAppend = async () => {
      const panel = await store.read(at('b'));
      await store.append([anAppend(at('b'), panel?.version ?? 0, [{ state: panel?.state ?? {} }])]);
    };
    const command = { workspace, operations: [increment('a')], origin, request: aRequest('k') };
    const both = { ...command, operations: [increment('a'), increment('b')], request: aRequest('l') };
    const processes = [portsOf(store), portsOf(store)];
    const results = await Promise.all(
      processes.flatMap((ports) => [
        transact(command, ports),
        transact(command, ports),
        transact(both, ports),
      ]),
    );
    expect(await count(store, 'a')).toBe(2);
    expect(await count(store, 'b')).toBe(1);
    expect(results[0]).toEqual(results[1]);
    expect(results[2]).toEqual(results[5]);
  });

  it('all succeed in several processes among other writers, and none is lost', async () => {
    const panelIds = ['a', 'b', 'c', 'd'];
    const transaction = fc.record({
      process: fc.nat(2),
      panels: fc.uniqueArray(fc.constantFrom(...panelIds, 'new'), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 60 }), async (transactions) => {
        const store = new BusyStore();
        await store.create(...panelIds);
        const processes = [portsOf(store), portsOf(store), portsOf(store)];
        const wanted = new Map<string, number>();
        const all = transactions.map(({ process, panels }) => {
          for (const id of panels) wanted.set(id, (wanted.get(id) ?? 0) + 1);
          const operations = panels.map((id): TransactionOperation =>
            id === 'new' ? { op: 'set', panelId: id, state: {} } : increment(id),
          );
          return transact({ workspace, operations, origin }, processes[process] as BulkChangePorts);
        });
        await Promise.all(all);
        for (const id of panelIds) expect(await count(store, id)).toBe(wanted.get(id) ?? 0);
        expect((await store.read(at('new')))?.version).toBe(wanted.get('new'));
      }),
      runs(60),
    );
  });
});
