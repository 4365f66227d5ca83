import { Server, type ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';

/** What the server is made from beside Nest's own options. */
export interface StateServerOptions {
  readonly nest: GrpcOptions['options'];
  readonly server: ServerOptions;
  readonly credentials: ServerCredentials;
  /** `host:port`; with port 0, any free one. */
  readonly address: string;
  /** How long calls may take to end when the server closes. */
  readonly drainMs: number;
}

/** Nest's gRPC server. Unlike that, it listens once its services are there, says at which port, and closes in time. */
export class StateGrpcServer extends ServerGrpc {
  #server: Server | undefined;
  #port: number | undefined;

  constructor(private readonly given: StateServerOptions) {
    super(given.nest);
  }

  /** The port; undefined before it listens. */
  get port(): number | undefined {
    return this.#port;
  }

  override async createClient(): Promise<Server> {
    return (this.#server = new Server(this.given.server));
  }

  override async start(callback?: () => void): Promise<void> {
    await this.bindEvents();
    const { address, credentials } = this.given;
    this.#port = await new Promise<number>((resolve, reject) =>
      this.#server?.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port))),
    );
    callback?.();
  }

  /** Takes no new calls, and waits for those that run; not longer than `drainMs`. */
  override async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const late = setTimeout(() => server.forceShutdown(), this.given.drainMs);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(late);
  }
}
