import { poolCounts } from '@nexus-state/postgres';
import { Gauge, type Registry } from 'prom-client';
import type { DataSource } from 'typeorm';

/** Reports at every scrape how busy the connections to PostgreSQL are. */
export function measurePool(source: DataSource, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'nexus_database_pool_size',
    help: 'Maximum number of PostgreSQL connections of this process.',
    registers,
    collect() {
      this.set(poolCounts(source).size);
    },
  });
  new Gauge({
    name: 'nexus_database_connections',
    help: 'PostgreSQL connections by state: active, idle; and waiting: requests for a connection.',
    labelNames: ['state'],
    registers,
    collect() {
      const { active, idle, waiting } = poolCounts(source);
      for (const [state, count] of Object.entries({ active, idle, waiting })) this.set({ state }, count);
    },
  });
}
