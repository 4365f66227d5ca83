import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import { MemoryChangeFeed, MemoryPanelStore, MemoryUpdateBus } from '../../memory';
import { someCopies } from '../../testing/copies-world';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import { PanelMutexes } from '../group-commit';
import { defaultLimits } from '../model';
import { type BulkChangePorts, type TransactionOperation, transact } from './transact';
import { inProcess } from '../large';

const key = aPanelKey();
const { owner, workspaceId, panelId } = key;
const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };

let store: MemoryPanelStore;
let ports: BulkChangePorts;

/** Starts over with one panel at version 1. */
async function begin(state: JsonObject = { n: 0, text: 'x' }): Promise<void> {
  store = new MemoryPanelStore();
  await store.append([anAppend(key, 0, [{ state }])]);
  const observer = { hintFailed: () => undefined };
  ports = {
    store,
    feed: new MemoryChangeFeed(store),
    observer,
    limits: defaultLimits,
    large: inProcess,
    mutexes: new PanelMutexes(),
    copies: someCopies(),
    bus: new MemoryUpdateBus(),
    triggers: { changed: () => undefined },
  };
}

const run = (...operations: TransactionOperation[]) =>
  transact({ workspace: { owner, workspaceId }, operations, origin }, ports);
const set = (id: string, state: JsonObject): TransactionOperation => ({ op: 'set', panelId: id, state });
const patch = (...patches: PatchRequest): TransactionOperation => ({ op: 'patch', panelId, patches });
const increment = patch({ op: 'inc', path: '/n', value: 1 });

describe('the bounds of a transaction', () => {
  it.each<[string, TransactionOperation, string]>([
    ['a state', set('other', { a: ['\ud800'] }), '/operations/1/state/a/0'],
    ['a patch', patch({ op: 'add', path: '/x', value: '\u0000' }), '/operations/1/patches/0/value'],
  ])('point an unsupported value of %s at its place in the body', async (_, operation, pointer) => {
    await begin();
    await expect(run(set('first', {}), operation)).rejects.toMatchObject({
      code: 'unsupported_value',
      facts: { pointer, transactionIndex: 1 },
    });
  });

  it('refuse copies of copies before anything large is built', async () => {
    await begin();
    const copies = Array.from({ length: 900 }, (_, n) => ({ op: 'copy', from: '', path: `/k${n}` }) as const);
    await expect(run(patch(...copies))).rejects.toMatchObject({ code: 'state_too_large' });
  });

  it('refuse to write a large panel over and over', async () => {
    await begin({ n: 0, text: 'x'.repeat(1_000_000) });
    await expect(run(...Array.from({ length: 100 }, () => increment))).rejects.toMatchObject({
      code: 'patch_too_large',
      facts: { limitBytes: 32 * 1024 * 1024 },
    });
    expect((await store.read(key))?.version).toBe(1);
  });

  it('yield to the event loop between operations', async () => {
    await begin();
    let turns = 0;
    let isDone = false;
    const takeTurns = (): void => {
      turns++;
      if (!isDone) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    const state = { list: Array.from({ length: 40_000 }, (_, n) => n) };
    await run(...Array.from({ length: 20 }, (_, n) => set(`large-${n}`, { ...state, n })));
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });
});
