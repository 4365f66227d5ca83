import { status } from '@grpc/grpc-js';
import { Gauge, Histogram, type Registry } from 'prom-client';

/** As those of HTTP requests, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

/** Counts and measures calls by method and code. */
export class CallMetrics {
  readonly #calls: Histogram;
  readonly #streams: Gauge;
  readonly #known = new Map<string, (seconds: number) => void>();

  constructor(registry: Registry) {
    this.#calls = new Histogram({
      name: 'grpc_call_duration_seconds',
      help: 'Time from the request of a gRPC call to its status, in seconds; of a stream, how long it was open.',
      labelNames: ['method', 'code'],
      buckets,
      registers: [registry],
    });
    this.#streams = new Gauge({
      name: 'nexus_grpc_streams',
      help: 'Open gRPC streams, by method.',
      labelNames: ['method'],
      registers: [registry],
    });
  }

  /** Takes note of a call that has ended. */
  ended(method: string, code: status, seconds: number): void {
    // One text in place of a look-up by two labels: this is done for every call.
    const name = `${code} ${method}`;
    let observe = this.#known.get(name);
    if (!observe) {
      const child = this.#calls.labels(method, status[code]);
      observe = (value) => child.observe(value);
      this.#known.set(name, observe);
    }
    observe(seconds);
  }

  /** Takes note of a stream that begins. @returns to be called when it has ended */
  streaming(method: string): () => void {
    this.#streams.inc({ method });
    return () => this.#streams.dec({ method });
  }
}
