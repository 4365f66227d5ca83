import { Unavailable } from '../errors';
import { MemoryEmbeddingStore } from '../memory';
import { Embeddings } from './embeddings';

/** So many numbers that 100 vectors are too many for the memory. */
const many = 100_000;
const names = Array.from({ length: 100 }, (_, n) => `text ${n}`);
const textOf = (text: string) => ({ text, checksum: text });

class CountingStore extends MemoryEmbeddingStore {
  readonly readTexts: string[] = [];
  isAway = false;

  override async read(owner: string, provider: string, checksums: readonly string[]) {
    if (this.isAway) throw new Unavailable('The database');
    this.readTexts.push(...checksums);
    return super.read(owner, provider, checksums);
  }

  override async similarities(...asked: Parameters<MemoryEmbeddingStore['similarities']>) {
    if (this.isAway) throw new Unavailable('The database');
    const before = this.readTexts.length;
    const found = await super.similarities(...asked);
    this.readTexts.length = before;
    return found;
  }

  override async missing(...asked: Parameters<MemoryEmbeddingStore['missing']>) {
    const before = this.readTexts.length;
    const found = await super.missing(...asked);
    this.readTexts.length = before;
    return found;
  }
}

let store: CountingStore;
let embedded: string[];
let failures: unknown[];
beforeEach(() => {
  [store, embedded, failures] = [new CountingStore(), [], []];
});

/** A process whose vectors have so many numbers. */
function processOf(length: number): Embeddings {
  const embed = async (texts: readonly string[]) => {
    embedded.push(...texts);
    return texts.map((text) => {
      const made = new Float32Array(length);
      made.set([1, Number(text.match(/\d+/)?.[0] ?? 0)]);
      return made;
    });
  };
  return new Embeddings({
    provider: { id: `model of ${length}`, isStored: true, embed },
    store,
    failed: (error) => failures.push(error),
    patienceMs: 30_000,
  });
}

it('has the store compare vectors that are too many for the memory, with the same outcome', async () => {
  const texts = names.map(textOf);
  const near = await processOf(2).similarities('ann', texts, 'text 5');
  expect(near).toContain(1);
  const first = processOf(many);
  expect(await first.keep('ann', texts)).toBe(true);
  const other = processOf(many);
  [store.readTexts.length, embedded.length] = [0, 0];
  expect(await other.similarities('ann', texts, 'query 5')).toEqual(near);
  expect(embedded).toEqual(['query 5']);
  expect(store.readTexts).toHaveLength(1);
});

it('embeds only what the store does not have', async () => {
  await processOf(many).keep('ann', names.slice(1).map(textOf));
  embedded = [];
  const found = await processOf(many).similarities('ann', names.map(textOf), 'query 5');
  expect(embedded).toEqual(['query 5', 'text 0']);
  expect(found).not.toContain(undefined);
  expect(failures).toEqual([]);
});

it('goes on without vectors, and embeds none again, while the store that has them is away', async () => {
  const process = processOf(many);
  store.isAway = true;
  const found = await process.similarities('ann', names.map(textOf), 'query 5');
  expect(found).toEqual(names.map(() => undefined));
  expect(embedded).toEqual(['query 5']);
  expect(failures).not.toEqual([]);
});

it('reads nothing that is kept already where texts are only to be kept', async () => {
  await processOf(2).keep('ann', names.map(textOf));
  [store.readTexts.length, embedded.length] = [0, 0];
  expect(await processOf(2).keep('ann', names.map(textOf))).toBe(true);
  expect([store.readTexts, embedded]).toEqual([[], []]);
});
