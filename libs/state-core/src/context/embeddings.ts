import { StateError } from '@nexus-state/documents';
import { checksumOf } from '../panels/model';
import { BoundedCache, cosine } from './model';
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
/** What a vector costs in memory beside its numbers. */
const overheadBytes = 200;
/** Vectors of one workspace may take so much of the memory; where they are more, the store compares them. */
const ownBytes = cacheBytes / 2;
/** So many texts are compared by the store before it is looked whether there is time for more. */
const comparedAtOnce = 4_000;
/** Below this, cosines do not differ: the store may compare in 32-bit floats. */
const precision = 1e6;

/**
 * The vectors of texts, by their checksums: from memory, from the store, and from the provider, each text once. What takes too long
 * goes on without the request that asked for it.
 */
export class Embeddings {
  readonly #vectors = new BoundedCache<Float32Array>(cacheBytes);
  readonly #asked = new Map<string, Promise<void>>();
  #prunedAt = -Infinity;

  constructor(private readonly ports: EmbeddingPorts) {}

  /**
   * The vectors of texts, in order; undefined where they cannot be had now.
   * @param deadline when to go on without those that are missing, in milliseconds since 1970
   */
  async of(
    owner: string,
    texts: readonly EmbeddedText[],
    deadline = Date.now() + this.ports.patienceMs,
  ): Promise<(Float32Array | undefined)[]> {
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
    if (waiting.size > 0) await this.#patiently(Promise.all(waiting), deadline);
    return texts.map(({ checksum }) => this.#vectors.get(this.#key(owner, checksum)));
  }

  /**
   * How near texts are to what is searched for, in order: the cosines of the angles between their vectors; undefined where vectors cannot
   * be had now. Vectors that are too many for the memory stay in the store, which compares them.
   */
  async similarities(
    owner: string,
    texts: readonly EmbeddedText[],
    query: string,
  ): Promise<(number | undefined)[]> {
    const deadline = Date.now() + this.ports.patienceMs;
    const [wanted] = await this.of(owner, [{ text: query, checksum: checksumOf(query) }]);
    if (!wanted) {
      await this.#patiently(this.keep(owner, texts).catch(this.ports.failed), deadline);
      return texts.map(() => undefined);
    }
    const isNear = texts.length * (wanted.byteLength + overheadBytes) <= ownBytes;
    const inStore = !isNear && this.ports.provider.isStored;
    const { compared, others } = inStore
      ? await this.#compareInStore(owner, texts, wanted, deadline)
      : { compared: new Map<string, number>(), others: texts };
    const vectors = await this.of(owner, others, deadline);
    others.forEach(({ checksum }, index) => {
      const vector = vectors[index];
      if (vector) compared.set(checksum, cosine(vector, wanted));
    });
    return texts.map(({ checksum }) => {
      const found = compared.get(checksum);
      return found === undefined ? undefined : Math.round(found * precision) / precision;
    });
  }

  /**
   * Has texts embedded and kept; what is kept already is not read.
   * @returns whether all of them are
   */
  async keep(owner: string, texts: readonly EmbeddedText[]): Promise<boolean> {
    const { provider, store } = this.ports;
    const unknown = texts.filter(({ checksum }) => !this.#vectors.get(this.#key(owner, checksum)));
    const checksums = unknown.map(({ checksum }) => checksum);
    const missing = provider.isStored
      ? await store.missing(owner, provider.id, checksums).catch((error: unknown) => {
          this.#withoutStore(error);
          return checksums;
        })
      : checksums;
    const unkept = new Set(missing);
    const vectors = await this.of(
      owner,
      unknown.filter(({ checksum }) => unkept.has(checksum)),
    );
    return !vectors.includes(undefined);
  }

  /** The cosines of the vectors that the store has, by checksum, as far as there is time; and the texts that it does not have. */
  async #compareInStore(
    owner: string,
    texts: readonly EmbeddedText[],
    wanted: Float32Array,
    deadline: number,
  ): Promise<{ readonly compared: Map<string, number>; readonly others: readonly EmbeddedText[] }> {
    const { provider, store } = this.ports;
    const compared = new Map<string, number>();
    const unique = [...new Map(texts.map((text) => [text.checksum, text])).values()];
    let asked = 0;
    const compare = async () => {
      while (asked < unique.length && Date.now() < deadline) {
        const checksums = unique.slice(asked, asked + comparedAtOnce).map(({ checksum }) => checksum);
        const near = await store.similarities(owner, provider.id, checksums, wanted);
        for (const { checksum, cosine: value } of near) compared.set(checksum, value);
        asked += checksums.length;
      }
    };
    await this.#patiently(compare().catch(this.ports.failed), deadline);
    const others = unique.slice(0, asked).filter(({ checksum }) => !compared.has(checksum));
    return { compared: new Map(compared), others };
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
      this.#vectors.set(this.#key(owner, checksum), vector, vector.byteLength + overheadBytes);
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

  async #patiently(work: Promise<unknown>, deadline: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadline - Date.now())));
    await Promise.race([work, enough]);
    clearTimeout(timer);
  }
}

const batchSize = 64;
/** How often, and how long after their last use, vectors are forgotten. */
const pruneMs = 3_600_000;
const keptMs = 30 * 86_400_000;
