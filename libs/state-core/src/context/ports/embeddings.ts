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

/** How near a kept vector is to another one. */
export interface StoredSimilarity {
  readonly checksum: string;
  /** The cosine of the angle between them; 0 where they are of different lengths, or one of them is zero. */
  readonly cosine: number;
}

/** Where vectors are kept, for all processes. Methods throw `Unavailable` when the store cannot be reached. */
export interface EmbeddingStore {
  /** The vectors that are kept of an owner's texts, by checksum, in no particular order. */
  read(owner: string, provider: string, checksums: readonly string[]): Promise<readonly StoredEmbedding[]>;

  /** Which of an owner's texts have no vector that is kept, in no particular order; of the others, it is noted that they are used. */
  missing(owner: string, provider: string, checksums: readonly string[]): Promise<readonly string[]>;

  /**
   * How near the vectors that are kept of an owner's texts are to another one, in no particular order: what `read` and `cosine` would
   * come to, but for the rounding of 32-bit floats. Only the texts that are named count.
   */
  similarities(
    owner: string,
    provider: string,
    checksums: readonly string[],
    to: Float32Array,
  ): Promise<readonly StoredSimilarity[]>;

  /** Keeps vectors; of a checksum that is kept already, nothing changes. */
  write(owner: string, provider: string, embeddings: readonly StoredEmbedding[]): Promise<void>;

  /** Forgets vectors that nobody has read for a while (RFC 3339: before this instant). */
  prune(before: string): Promise<void>;
}
