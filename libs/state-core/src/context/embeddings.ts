import { StateError } from '@nexus-state/documents';
import { checksumOf } from '../panels/model';
import { BoundedCache } from './model';
import type { EmbeddingProvider, EmbeddingStore } from './ports';

/** What embedding needs. */
export interface EmbeddingPorts {
  readonly provider: EmbeddingProvider;
  readonly store: EmbeddingStore;
  /** Called when no vectors could be had, or not be kept: ranking goes on without them. */
  readonly failed: (error: unknown) => void;
  /** How long a request waits for vectors, in milliseconds. */
  readonly patienceMs: number;
}

/** A text, and its checksum. */
export interface EmbeddedText {
  readonly text: string;
  readonly checksum: string;
}

const cacheBytes = 64 * 1024 * 1024;

/**
 * The vectors of texts, by their checksums: from memory, from the store, and from the provider, each text once. What takes too long
 * goes on without the request that asked for it.
 */
export class Embeddings {
  readonly #vectors = new BoundedCache<Float32Array>(cacheBytes);
  readonly #asked = new Map<string, Promise<void>>();
  #prunedAt = -Infinity;

  constructor(private readonly ports: EmbeddingPorts) {}

  /** The vectors of texts, in order; undefined where they cannot be had now. */
  async of(owner: string, texts: readonly EmbeddedText[]): Promise<(Float32Array | undefined)[]> {
    const missing = new Map<string, EmbeddedText>();
    const waiting = new Set<Promise<void>>();
    for (const text of texts) {
      const key = this.#key(owner, text.checksum);
      if (this.#vectors.get(key)) continue;
      const asked = this.#asked.get(key);
      if (asked) waiting.add(asked);
      else missing.set(text.checksum, text);
    }
    if (missing.size > 0) waiting.add(this.#ask(owner, [...missing.values()]));
    if (waiting.size > 0) await this.#patiently(Promise.all(waiting));
    return texts.map(({ checksum }) => this.#vectors.get(this.#key(owner, checksum)));
  }

  /** The vector of what is searched for. */
  async ofQuery(owner: string, query: string): Promise<Float32Array | undefined> {
    const [vector] = await this.of(owner, [{ text: query, checksum: checksumOf(query) }]);
    return vector;
  }

  #key(owner: string, checksum: string): string {
    return `${checksum} ${owner}`;
  }

  /** Looks texts up in the store, and embeds the others. Never fails. */
  #ask(owner: string, texts: readonly EmbeddedText[]): Promise<void> {
    const done = this.#lookUp(owner, texts)
      .catch((error: unknown) => this.ports.failed(error))
      .finally(() => {
        for (const { checksum } of texts) this.#asked.delete(this.#key(owner, checksum));
      });
    for (const { checksum } of texts) this.#asked.set(this.#key(owner, checksum), done);
    return done;
  }

  async #lookUp(owner: string, texts: readonly EmbeddedText[]): Promise<void> {
    const { provider, store } = this.ports;
    const keep = (checksum: string, vector: Float32Array) =>
      this.#vectors.set(this.#key(owner, checksum), vector, vector.byteLength + 200);
    const known = new Set<string>();
    if (provider.isStored) {
      const checksums = texts.map(({ checksum }) => checksum);
      const stored = await store.read(owner, provider.id, checksums).catch(this.#withoutStore);
      for (const { checksum, vector } of stored) {
        keep(checksum, vector);
        known.add(checksum);
      }
    }
    const others = texts.filter(({ checksum }) => !known.has(checksum));
    for (let at = 0; at < others.length; at += batchSize) {
      const batch = others.slice(at, at + batchSize);
      const vectors = await provider.embed(batch.map(({ text }) => text));
      const made = batch.map(({ checksum }, index) => ({ checksum, vector: vectors[index] as Float32Array }));
      for (const { checksum, vector } of made) keep(checksum, vector);
      if (provider.isStored) await store.write(owner, provider.id, made).catch(this.#withoutStore);
    }
    if (provider.isStored && others.length > 0) await this.#prune();
  }

  /** Now and then, forgets vectors of texts that are no more. */
  async #prune(): Promise<void> {
    const now = Date.now();
    if (now - this.#prunedAt < pruneMs) return;
    this.#prunedAt = now;
    await this.ports.store.prune(new Date(now - keptMs).toISOString()).catch(this.#withoutStore);
  }

  /** The store only saves work: without it, texts are embedded again. @throws what is no outage */
  readonly #withoutStore = (error: unknown): [] => {
    if (!(error instanceof StateError)) throw error;
    this.ports.failed(error);
    return [];
  };

  async #patiently(work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.ports.patienceMs)));
    await Promise.race([work, enough]);
    clearTimeout(timer);
  }
}

const batchSize = 64;
/** How often, and how long after their last use, vectors are forgotten. */
const pruneMs = 3_600_000;
const keptMs = 30 * 86_400_000;
