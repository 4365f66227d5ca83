import type { Queue } from 'bullmq';
import type { EmbeddingQueue, WorkspaceKey } from '@nexus-state/state-core';
import { embeddingOptions, jobKinds, queueNames } from './job-kinds';
import { Connections, type QueueLocation, answered, openQueue } from './queue-options';

const timeoutMs = 2_000;

/** The queue of workspaces whose texts are to be embedded, in Redis by BullMQ. */
export class BullmqEmbeddingQueue implements EmbeddingQueue {
  readonly #queue: Queue<{ readonly workspace: WorkspaceKey }, unknown, string>;
  readonly #connections: Connections;

  constructor(location: QueueLocation) {
    this.#connections = new Connections(location.redis);
    this.#queue = openQueue(queueNames.embeddings, location, this.#connections.impatient());
  }

  async request(workspace: WorkspaceKey): Promise<void> {
    await answered(timeoutMs, () =>
      this.#queue.add(jobKinds.embed, { workspace }, embeddingOptions(workspace)),
    );
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#connections.end();
    await Promise.allSettled([this.#queue.close()]);
    this.#connections.close();
  }
}
