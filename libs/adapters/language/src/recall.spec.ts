import { type EmbeddingProvider, Contexts, Embeddings, VisiblePanels } from '@nexus-state/state-core';
import { MemoryEmbeddingStore } from '@nexus-state/state-core/memory';
import { HashedEmbeddings } from './embeddings/hashed-embeddings';
import { ContextWorld } from './testing/context-world';
import { answers, fillerPanel, questions } from './testing/questions';

const fillers = Number(process.env['CONTEXT_PANELS'] ?? 300) - Object.keys(answers).length;

/** Counts what is embedded. */
class CountingEmbeddings implements EmbeddingProvider {
  readonly id = 'counting';
  readonly isStored = true;
  readonly texts: string[] = [];
  readonly #inner = new HashedEmbeddings();

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.texts.push(...texts);
    return this.#inner.embed(texts);
  }
}

/** Knows nothing: what is found then is found by words. */
const blind: EmbeddingProvider = {
  id: 'blind',
  isStored: false,
  embed: async (texts) => texts.map(() => new Float32Array(4)),
};

function contextsBy(world: ContextWorld, provider: EmbeddingProvider, store = new MemoryEmbeddingStore()) {
  const failed = (error: unknown) => {
    throw error;
  };
  return new Contexts({
    ...world.ports,
    embeddings: new Embeddings({ provider, store, failed, patienceMs: 30_000 }),
  });
}

describe('a search among many panels', () => {
  const world = new ContextWorld();
  beforeAll(async () => {
    for (let at = 0; at < fillers; at++) await world.write(`filler-${at}`, fillerPanel(at) as never);
    for (const [panelId, state] of Object.entries(answers)) await world.write(panelId, state as never);
  }, 60_000);

  const recallOf = async (contexts: Contexts) => {
    const { workspace } = world;
    const visible = VisiblePanels.all;
    let found = 0;
    for (const [query, panelId] of questions) {
      const results = await contexts.search({ workspace, visible, query, limit: 5 });
      if (results.some((result) => result.panelId === panelId)) found++;
    }
    return found / questions.length;
  };

  it.each([
    ['words alone', blind, 0.85],
    ['words and their spelling', new HashedEmbeddings(), 0.9],
  ])(
    'finds the panel that answers a question among the first five, by %s',
    async (name, provider, least) => {
      const recall = await recallOf(contextsBy(world, provider));
      process.stdout.write(`recall@5 by ${name}: ${recall.toFixed(2)} of ${questions.length} questions\n`);
      expect(recall).toBeGreaterThanOrEqual(least);
    },
    120_000,
  );
});

describe('embeddings', () => {
  it('are made once of each text, in all processes, and anew of a changed chunk alone', async () => {
    const world = new ContextWorld();
    const store = new MemoryEmbeddingStore();
    const chapter = (name: string) => ({ title: name, text: `${name} `.repeat(150) });
    const state = { one: chapter('first'), two: chapter('second'), three: chapter('third') };
    await world.write('book', state);
    await world.write('copy', state);
    const ask = world.ask({ query: 'second', budgetTokens: 5_000 });
    const provider = new CountingEmbeddings();
    await contextsBy(world, provider, store).compose(ask);
    expect(provider.texts.length).toBeGreaterThan(3);
    expect(new Set(provider.texts).size).toBe(provider.texts.length);

    const other = new CountingEmbeddings();
    const contexts = contextsBy(world, other, store);
    await contexts.compose(ask);
    expect(other.texts).toEqual([]);
    await world.write('book', { ...state, two: { ...state.two, title: 'changed' } });
    await contexts.compose(ask);
    expect(other.texts).toEqual(['"title":"changed"\n'.trim()]);
  }, 60_000);
});
