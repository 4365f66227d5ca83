import { cosine } from '../context/model';
import type { EmbeddingStore, StoredEmbedding, StoredSimilarity } from '../context/ports';

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

  async missing(owner: string, provider: string, checksums: readonly string[]): Promise<readonly string[]> {
    const kept = new Set((await this.read(owner, provider, checksums)).map(({ checksum }) => checksum));
    return checksums.filter((checksum) => !kept.has(checksum));
  }

  async similarities(
    owner: string,
    provider: string,
    checksums: readonly string[],
    to: Float32Array,
  ): Promise<readonly StoredSimilarity[]> {
    const kept = await this.read(owner, provider, checksums);
    return kept.map(({ checksum, vector }) => ({ checksum, cosine: cosine(vector, to) }));
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
