import { eventually } from '../testing';
import { SnapshotWorld } from '../testing/snapshot-world';
import { MemoryEmbeddingStore } from '../memory';
import { EmbeddingRequests } from './embedding-requests';
import { Embeddings } from './embeddings';
import { EmbeddingRefresh } from './refresh-embeddings';

const goOn = { signal: new AbortController().signal, report: () => undefined };

let world: SnapshotWorld;
let embedded: string[];
let isAway: boolean;
let store: MemoryEmbeddingStore;
beforeEach(() => {
  world = new SnapshotWorld();
  [embedded, isAway, store] = [[], false, new MemoryEmbeddingStore()];
});

/** A process that embeds. */
function refresh(): EmbeddingRefresh {
  const embed = async (texts: readonly string[]) => {
    if (isAway) throw new Error('The provider is away.');
    embedded.push(...texts);
    return texts.map((text) => Float32Array.from([text.length, 1]));
  };
  const embeddings = new Embeddings({
    provider: { id: 'model', isStored: true, embed },
    store,
    failed: () => undefined,
    patienceMs: 10_000,
  });
  const { reader, large } = world;
  return new EmbeddingRefresh({ store: world.store, history: world.store, reader, large, embeddings });
}

it('embeds each text of a workspace once, also in another process, and of a change only what it changes', async () => {
  await world.write('lamp', { color: 'green', note: 'x'.repeat(1_000) });
  await world.write('door', { open: false });
  const first = refresh();
  const { texts } = await first.run(world.workspace, goOn);
  expect(texts).toBe(3);
  expect(embedded.sort()).toEqual(
    [`"note":"${'x'.repeat(1_000)}"`, '"color":"green"', '{"open":false}'].sort(),
  );
  embedded = [];
  await refresh().run(world.workspace, goOn);
  expect(embedded).toEqual([]);
  await world.write('lamp', { color: 'red', note: 'x'.repeat(1_000) });
  await first.run(world.workspace, goOn);
  expect(embedded).toEqual(['"color":"red"']);
});

it('fails where the provider is away, so that it is tried again', async () => {
  await world.write('lamp', { color: 'green' });
  isAway = true;
  await expect(refresh().run(world.workspace, goOn)).rejects.toMatchObject({ code: 'unavailable' });
  isAway = false;
  expect(await refresh().run(world.workspace, goOn)).toEqual({ texts: 1 });
});

it('ends where it is to be handed back', async () => {
  await world.write('lamp', { color: 'green' });
  const reason = new Error('shut down');
  const run = refresh().run(world.workspace, { ...goOn, signal: AbortSignal.abort(reason) });
  await expect(run).rejects.toBe(reason);
  expect(embedded).toEqual([]);
});

it('is asked for once for many changes of a workspace, and changes go on where it cannot be', async () => {
  const asked: string[] = [];
  const failures: unknown[] = [];
  const queue = {
    request: async ({ workspaceId }: { readonly workspaceId: string }) => {
      asked.push(workspaceId);
      if (workspaceId === 'away') throw new Error('The queue is away.');
    },
  };
  const requests = new EmbeddingRequests(queue, (error) => failures.push(error), 1);
  for (const workspaceId of ['ws', 'away', 'ws', 'ws']) requests.changed({ owner: 'ann', workspaceId });
  await eventually(() => failures.length === 1, 'both to be asked for');
  expect(asked).toEqual(['ws', 'away']);
  requests.changed({ owner: 'ann', workspaceId: 'ws' });
  await requests.flush();
  expect(asked).toEqual(['ws', 'away', 'ws']);
});
