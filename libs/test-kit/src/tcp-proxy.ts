import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** How bytes travel at the moment. */
interface Weather {
  /** How long each byte is on its way, in milliseconds. */
  delayMs: number;
  /** Whether nothing arrives at all. */
  silent: boolean;
}

/** Held back in one direction at most, in bytes; the sender has to wait when it is more. */
const maxHeld = 1024 * 1024;

/**
 * A network that can be made bad: it is between a client and a server on this machine, and delays, holds back or cuts
 * what goes between them.
 */
export class TcpProxy {
  readonly #weather: Weather = { delayMs: 0, silent: false };
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  #shut = false;

  private constructor(private target: URL) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /**
   * Listens on a free port of 127.0.0.1.
   * @param target the address of the server, with its port
   */
  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** The server's address, by way of the proxy. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { protocol, username, password, pathname, search } = this.target;
    const login = username || password ? `${username}:${password}@` : '';
    return `${protocol}//${login}127.0.0.1:${port}${pathname === '/' ? '' : pathname}${search}`;
  }

  /** Carries new connections to another server from now on, such as one that has taken over. */
  aimAt(target: string): void {
    this.target = new URL(target);
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Lets every byte take so long from now on; their order stays. */
  delay(ms: number): void {
    this.#weather.delayMs = ms;
  }

  /**
   * Lets nothing through, in either direction, without notice: no byte, no end. New connections are taken and receive
   * nothing. What is sent meanwhile arrives after `heal`.
   */
  silence(): void {
    this.#weather.silent = true;
  }

  /**
   * Lets nothing through on open connections, like a router that has forgotten them. New ones are carried
   * as usual.
   */
  strand(): void {
    for (const connection of this.#connections) connection.strand();
  }

  /** Lets everything through again, at once. */
  heal(): void {
    this.#shut = false;
    this.#weather.silent = false;
    this.#weather.delayMs = 0;
    for (const connection of this.#connections) connection.heal();
  }

  /** Breaks every connection, and new ones at once, until `heal`. */
  shut(): void {
    this.#shut = true;
    this.cut();
  }

  /** Breaks every connection, with all that is under way on it. New ones are taken. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Breaks every connection and takes no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#shut) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({
      host: this.target.hostname,
      port: Number(this.target.port),
      allowHalfOpen: true,
    });
    const connection = new Connection(client, server, this.#weather, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
  }
}

/** The two ways between one client and the server. */
class Connection {
  readonly #sockets: readonly [Socket, Socket];
  readonly #ways: readonly [OneWay, OneWay];

  constructor(client: Socket, server: Socket, weather: Weather, onClose: () => void) {
    this.#sockets = [client, server];
    this.#ways = [new OneWay(client, server, weather), new OneWay(server, client, weather)];
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      // The other side learns of the break in order, through its own direction.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (!this.#sockets.every(({ destroyed }) => destroyed)) return;
        for (const way of this.#ways) way.close();
        onClose();
      });
    }
  }

  strand(): void {
    for (const way of this.#ways) way.stranded = true;
  }

  heal(): void {
    for (const way of this.#ways) {
      way.stranded = false;
      way.wake();
    }
  }

  destroy(): void {
    for (const way of this.#ways) way.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

/** What is under way: some bytes, that no more will come, or that the connection broke. */
type Parcel = Buffer | 'end' | 'break';

/** One direction of a connection: what goes in at one end comes out at the other, when the weather lets it. */
class OneWay {
  /** Whether nothing arrives here in any weather. */
  stranded = false;
  readonly #underWay: { readonly due: number; readonly parcel: Parcel }[] = [];
  #held = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly weather: Weather,
  ) {
    from.on('data', (chunk: Buffer) => this.#send(chunk));
    from.on('end', () => this.#send('end'));
    from.on('close', (broken: boolean) => this.#send(broken ? 'break' : 'end'));
    to.on('drain', () => this.wake());
  }

  /** Delivers what is due. */
  wake(): void {
    clearTimeout(this.#timer);
    if (this.weather.silent || this.stranded) return;
    for (let [next] = this.#underWay; next; [next] = this.#underWay) {
      const early = next.due - Date.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.wake(), early);
        return;
      }
      if (this.to.writableNeedDrain && !this.to.destroyed) return;
      this.#underWay.shift();
      this.#deliver(next.parcel);
    }
  }

  /** Loses what is under way, and what is still sent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#underWay.length = 0;
  }

  #send(parcel: Parcel): void {
    if (this.#closed) return;
    this.#underWay.push({ due: Date.now() + this.weather.delayMs, parcel });
    if (typeof parcel !== 'string') {
      this.#held += parcel.length;
      if (this.#held > maxHeld) this.from.pause();
    }
    this.wake();
  }

  #deliver(parcel: Parcel): void {
    if (this.to.destroyed) return;
    if (parcel === 'break') this.to.resetAndDestroy();
    else if (parcel === 'end') this.to.end();
    else {
      this.to.write(parcel);
      this.#held -= parcel.length;
      if (this.#held <= maxHeld) this.from.resume();
    }
  }
}
