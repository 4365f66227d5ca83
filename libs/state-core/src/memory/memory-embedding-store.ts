import type { EmbeddingStore, StoredEmbedding } from '../context/ports';

/** Vectors in memory: for tests. */
export class MemoryEmbeddingStore implements EmbeddingStore {
  readonly #vectors = new Map<string, { readonly embedding: StoredEmbedding; readAt: string }>();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {}

  async read(
    owner: string,
    provider: string,
    checksums: readonly string[],
  ): Promise<readonly StoredEmbedding[]> {
    return checksums.flatMap((checksum) => {
      const found = this.#vectors.get(keyOf(owner, provider, checksum));
      if (!found) return [];
      found.readAt = this.now().toISOString();
      return [found.embedding];
    });
  }

  async write(owner: string, provider: string, embeddings: readonly StoredEmbedding[]): Promise<void> {
    for (const embedding of embeddings) {
      const key = keyOf(owner, provider, embedding.checksum);
      if (!this.#vectors.has(key)) this.#vectors.set(key, { embedding, readAt: this.now().toISOString() });
    }
  }

  async prune(before: string): Promise<void> {
    for (const [key, { readAt }] of this.#vectors) if (readAt < before) this.#vectors.delete(key);
  }
}

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names);
}
