import type { Queue } from 'bullmq';
import { jobKinds, queueNames } from './job-kinds';
import { Connections, type QueueLocation, openQueue } from './queue-options';

/** How often what is done, in milliseconds; 0 for never. */
export interface SnapshotSchedule {
  readonly scanEveryMs: number;
  readonly maintenanceEveryMs: number;
}

/**
 * The schedule of the jobs without a request. It is in Redis under one name, so there is one for all workers that set it;
 * where their intervals differ, the last one to set it wins.
 */
export class BullmqSchedule {
  readonly #connections: Connections;
  readonly #scans: Queue<unknown, unknown, string>;
  readonly #maintenance: Queue<unknown, unknown, string>;

  constructor(location: QueueLocation) {
    this.#connections = new Connections(location.redis);
    // Who sets the schedule waits for Redis to come.
    const connection = this.#connections.patient();
    this.#scans = openQueue(queueNames.snapshots, location, connection);
    this.#maintenance = openQueue(queueNames.maintenance, location, connection);
  }

  /** Puts a schedule in the place of the one before; resolves once Redis has it. */
  async set({ scanEveryMs, maintenanceEveryMs }: SnapshotSchedule): Promise<void> {
    await Promise.all([
      setEvery(this.#scans, jobKinds.scan, scanEveryMs),
      setEvery(this.#maintenance, jobKinds.maintenance, maintenanceEveryMs),
    ]);
  }

  /** Puts back what is missing of a schedule: Redis may have lost it. */
  async restore({ scanEveryMs, maintenanceEveryMs }: SnapshotSchedule): Promise<void> {
    await Promise.all([
      restoreEvery(this.#scans, jobKinds.scan, scanEveryMs),
      restoreEvery(this.#maintenance, jobKinds.maintenance, maintenanceEveryMs),
    ]);
  }

  /** Ends the connections; the schedule stays. */
  async close(): Promise<void> {
    this.#connections.end();
    await Promise.allSettled([this.#scans.close(), this.#maintenance.close()]);
    this.#connections.close();
  }
}

async function restoreEvery(
  queue: Queue<unknown, unknown, string>,
  kind: string,
  everyMs: number,
): Promise<void> {
  if (everyMs > 0 && !(await queue.getJobScheduler(kind))) await setEvery(queue, kind, everyMs);
}

async function setEvery(
  queue: Queue<unknown, unknown, string>,
  kind: string,
  everyMs: number,
): Promise<void> {
  if (everyMs === 0) await queue.removeJobScheduler(kind);
  // It is done again soon anyway: neither tried again for long nor kept.
  else {
    const kept = { removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } };
    // Each is a trace of its own, and not one with all of them.
    const opts = { attempts: 3, ...kept, telemetry: { omitContext: true } };
    await queue.upsertJobScheduler(kind, { every: everyMs }, { name: kind, data: {}, opts });
  }
}
