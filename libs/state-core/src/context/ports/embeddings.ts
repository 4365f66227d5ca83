/** Turns texts into vectors: texts of like meaning, or at least of like words, into vectors of a small angle. */
export interface EmbeddingProvider {
  /** Names the model: vectors of another name are not comparable. */
  readonly id: string;
  /** Whether its vectors are worth storing; not where they are computed faster than read. */
  readonly isStored: boolean;

  /**
   * The vectors of texts, in order.
   * @throws Unavailable when the provider cannot be reached or does not answer in time
   */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** A vector under the checksum of the text that it is of. */
export interface StoredEmbedding {
  readonly checksum: string;
  readonly vector: Float32Array;
}

/** Where vectors are kept, for all processes. Methods throw `Unavailable` when the store cannot be reached. */
export interface EmbeddingStore {
  /** The vectors that are kept of an owner's texts, by checksum, in no particular order. */
  read(owner: string, provider: string, checksums: readonly string[]): Promise<readonly StoredEmbedding[]>;

  /** Keeps vectors; of a checksum that is kept already, nothing changes. */
  write(owner: string, provider: string, embeddings: readonly StoredEmbedding[]): Promise<void>;

  /** Forgets vectors that nobody has read for a while (RFC 3339: before this instant). */
  prune(before: string): Promise<void>;
}
