import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/**
 * The metrics of a process: those of Node.js, and its version. Every other metric is registered here.
 * @param app which app it is, e.g. `state-api`; a label of every metric
 */
export function createMetrics(app: string, version: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const info = { name: 'nexus_build_info', help: 'Always 1; the version is a label.' };
  new Gauge({ ...info, labelNames: ['version'], registers: [registry] }).set({ version }, 1);
  return registry;
}
