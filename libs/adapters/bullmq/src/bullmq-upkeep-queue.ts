import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { WorkspaceKey, UpkeepQueue } from '@nexus-state/state-core';
import { jobKinds, maintenanceOptions, pushDefaults, pushOptions, queueNames } from './job-kinds';
import { Connections, type QueueLocation, answered, openQueue } from './queue-options';

/** The jobs of a workspace in these queues. */
interface UpkeepRequest {
  readonly workspace: WorkspaceKey;
}

/** Where the queue is, and how long it may take to answer. */
export interface UpkeepQueueOptions extends QueueLocation {
  /** In milliseconds. */
  readonly timeoutMs?: number;
}

/** The queues of pushes and of maintenance, in Redis by BullMQ. */
export class BullmqUpkeepQueue implements UpkeepQueue {
  readonly #pushes: Queue<UpkeepRequest, unknown, string>;
  readonly #maintenance: Queue<UpkeepRequest, unknown, string>;
  readonly #connections: Connections;
  readonly #timeoutMs: number;

  constructor({ timeoutMs = 2_000, ...location }: UpkeepQueueOptions) {
    this.#timeoutMs = timeoutMs;
    this.#connections = new Connections(location.redis);
    const connection = this.#connections.impatient();
    this.#pushes = openQueue(queueNames.pushes, location, connection, pushDefaults);
    this.#maintenance = openQueue(queueNames.maintenance, location, connection);
  }

  async requestPush(workspace: WorkspaceKey): Promise<string> {
    const options = pushOptions(randomUUID(), workspace);
    const { id } = await answered(this.#timeoutMs, () =>
      this.#pushes.add(jobKinds.push, { workspace }, options),
    );
    return id as string;
  }

  async requestMaintenance(workspace: WorkspaceKey): Promise<void> {
    const options = maintenanceOptions(workspace);
    await answered(this.#timeoutMs, () =>
      this.#maintenance.add(jobKinds.maintenance, { workspace }, options),
    );
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#connections.end();
    await Promise.allSettled([this.#pushes.close(), this.#maintenance.close()]);
    this.#connections.close();
  }
}
