import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A way to a server that can be shut, as an outage of the network or of the server would. */
export class TcpGate {
  readonly #sockets = new Set<Socket>();
  #shut = false;

  private constructor(
    private readonly server: Server,
    /** The address of the server, by way of the gate. */
    readonly url: string,
  ) {}

  /** Opens a gate on a free port of 127.0.0.1. @param url the address of the server behind it */
  static async before(url: string): Promise<TcpGate> {
    const { hostname, port } = new URL(url);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const throughGate = new URL(url);
    throughGate.hostname = '127.0.0.1';
    throughGate.port = String((server.address() as AddressInfo).port);
    const gate = new TcpGate(server, throughGate.href);
    server.on('connection', (outer) => gate.#pass(outer, connect(Number(port), hostname)));
    return gate;
  }

  /** Ends all connections, and new ones at once. */
  shut(): void {
    this.#shut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets connections through again. */
  open(): void {
    this.#shut = false;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.shut();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  #pass(outer: Socket, inner: Socket): void {
    for (const socket of [outer, inner]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
    }
    outer.once('close', () => inner.destroy()).pipe(inner);
    inner.once('close', () => outer.destroy()).pipe(outer);
    if (this.#shut) outer.destroy();
  }
}
