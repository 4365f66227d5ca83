import {
  type MethodDefinition,
  Server,
  type ServerCredentials,
  type ServerOptions,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
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
  /** Unary methods that are served without Nest's pipeline, by their paths. */
  readonly direct: Readonly<Record<string, DirectMethod>>;
}

/**
 * Serves a unary call.
 * @returns the answer; undefined where the client has left
 * @throws CallStatus
 */
export type DirectMethod = (call: ServerUnaryCall<object, object>) => Promise<object | undefined>;

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

  override createServiceMethod(
    ...[handler, method, type]: Parameters<ServerGrpc['createServiceMethod']>
  ): ReturnType<ServerGrpc['createServiceMethod']> {
    const direct = this.given.direct[(method as MethodDefinition<object, object>).path];
    if (!direct) return super.createServiceMethod(handler, method, type);
    return (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) =>
      void direct(call).then((answer) => answer && callback(null, answer), callback);
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
