import { Gauge, type Registry } from 'prom-client';
import { type HealthChecks, answers } from '../health/health-checks';

/** Reports at every scrape whether the stores behind the process respond. */
export function measureStores(checks: HealthChecks, registry: Registry): void {
  new Gauge({
    name: 'nexus_store_up',
    help: '1 if the store responds to this process, otherwise 0; by store: database, redis.',
    labelNames: ['store'],
    registers: [registry],
    async collect() {
      const [database, redis] = await Promise.all([answers(checks.database), answers(checks.redis)]);
      this.set({ store: 'database' }, Number(database));
      this.set({ store: 'redis' }, Number(redis));
    },
  });
}
