import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { packageName, serviceName } from './definition';

/** How often it is looked whether the service can work. */
const intervalMs = 2_000;

/** The service as a whole, and by its name. */
const services = ['', `${packageName}.${serviceName}`];

/** `grpc.health.v1`: SERVING while the service is ready, as `/health/ready` is over HTTP. */
export class GrpcHealth {
  readonly #health = new HealthImplementation(Object.fromEntries(services.map((name) => [name, 'SERVING'])));
  readonly #timer: NodeJS.Timeout;
  #serving = true;
  #stopped = false;

  /** @param isReady settles within a few seconds, and does not throw */
  constructor(private readonly isReady: () => Promise<boolean>) {
    this.#timer = setInterval(() => void this.#look(), intervalMs).unref();
  }

  addTo(server: Server): void {
    this.#health.addToServer(server);
  }

  /** Says that the service takes no more calls. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#say(false);
  }

  async #look(): Promise<void> {
    const ready = await this.isReady();
    if (!this.#stopped) this.#say(ready);
  }

  #say(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const name of services) this.#health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }
}
