import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

/** Around the targets for reads, changes and snapshots, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

type Observe = (seconds: number) => void;

const durationName = 'http_request_duration_seconds';

/** Measures every request that was answered, by its route and its status; a path that is no route is `unknown`. */
export function measureRequests(fastify: FastifyInstance, registry: Registry): void {
  const histogram = new Histogram({
    name: durationName,
    help: 'Time from the first byte of a request to the last byte of its response, in seconds.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  });
  const known = new Map<string, Observe>();
  const observerOf = (method: string, route: string, status: number): Observe => {
    // One text in place of a look-up by three labels: this is done for every request.
    const name = `${status} ${method} ${route}`;
    let observe = known.get(name);
    if (!observe) {
      const child = histogram.labels(method, route, String(status));
      observe = (seconds) => child.observe(seconds);
      known.set(name, observe);
    }
    return observe;
  };
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    observerOf(request.method, route, reply.statusCode)(reply.elapsedTime / 1000);
    done();
  });
}

/**
 * Measures requests of one kind that are answered past the framework; together with all others, once `measureRequests` was called.
 * @returns takes the seconds from the first byte of a request to the last byte of its response
 */
export function measureShortcut(
  registry: Registry,
  labels: { readonly method: string; readonly route: string; readonly status: number },
): (seconds: number) => void {
  const child = (registry.getSingleMetric(durationName) as Histogram<'method' | 'route' | 'status'>).labels(
    labels.method,
    labels.route,
    String(labels.status),
  );
  return (seconds) => child.observe(seconds);
}
