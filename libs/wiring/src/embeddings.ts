import { BullmqEmbeddingQueue } from '@nexus-state/bullmq';
import { HashedEmbeddings, HttpEmbeddings } from '@nexus-state/language';
import { type ServiceContext, throttleLog } from '@nexus-state/nest-kit';
import { PostgresEmbeddingStore } from '@nexus-state/postgres';
import { EmbeddingRequests, Embeddings } from '@nexus-state/state-core';
import type { DataSource } from 'typeorm';
import { queueLocation } from './queue';

const quietMs = 10_000;
/** How long the provider of embeddings may take for a batch, also when no request waits for it any more. */
const embeddingMs = 30_000;

/**
 * The vectors that contexts and searches are ranked by.
 * @param patienceMs how long a caller waits for them
 */
export function embeddingsOf(
  { config, logger }: ServiceContext,
  source: DataSource,
  patienceMs: number,
): Embeddings {
  const { EMBEDDINGS_URL: url, EMBEDDINGS_MODEL: model, EMBEDDINGS_API_KEY: apiKey } = config;
  const failed = throttleLog(quietMs, (error, unreported) => {
    logger.warn({ err: error, unreported }, 'could not make embeddings');
  });
  return new Embeddings({
    provider: url
      ? new HttpEmbeddings({ url, model, apiKey, timeoutMs: embeddingMs })
      : new HashedEmbeddings(),
    store: new PostgresEmbeddingStore(source),
    failed,
    patienceMs,
  });
}

/** Asks for the vectors of workspaces that change, where a provider makes them; what is built in is faster than a queue. */
export class EmbeddingRefreshes {
  readonly #queue: BullmqEmbeddingQueue | undefined;
  readonly requests: EmbeddingRequests | undefined;

  constructor(service: ServiceContext) {
    if (!service.config.EMBEDDINGS_URL) return;
    const failed = throttleLog(quietMs, (error, unreported) => {
      service.logger.warn({ err: error, unreported }, 'could not ask for embeddings');
    });
    this.#queue = new BullmqEmbeddingQueue(queueLocation(service));
    this.requests = new EmbeddingRequests(this.#queue, failed);
  }

  /** After the last request: what still waits is asked for. */
  async onApplicationShutdown(): Promise<void> {
    await this.requests?.flush();
    await this.#queue?.close();
  }
}
