import { QueueReport, type QueueLocation } from '@nexus-state/bullmq';
import { Gauge, type Registry } from 'prom-client';

/** How long a scrape waits for Redis. */
const patienceMs = 1_000;

/** Reports at every scrape how many jobs are in each state; nothing while Redis is away. */
export class QueueMetrics {
  readonly #report: QueueReport;

  constructor(location: QueueLocation, registry: Registry) {
    const report = new QueueReport(location, patienceMs);
    this.#report = report;
    new Gauge({
      name: 'nexus_queue_jobs',
      help: 'Jobs by queue and state; failed jobs are kept for an operator.',
      labelNames: ['queue', 'state'],
      registers: [registry],
      async collect() {
        this.reset();
        const counts = await report.counts().catch(() => ({}));
        for (const [queue, states] of Object.entries(counts)) {
          for (const [state, count] of Object.entries(states)) this.set({ queue, state }, count);
        }
      },
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.#report.close();
  }
}
