import { NetworkError, type Problem } from '../http/problem';

/** What a socket tells. */
export interface SocketEvents {
  onConnected(): void;
  onEvent(event: string, payload: unknown): void;
  /**
   * It is over: told once, and nothing after it.
   * @param refusal where the gateway did not take the connection
   */
  onClosed(refusal?: Problem): void;
}

/** How long connecting may take. */
const connectMs = 20_000;
const namespace = '/state';

/** The types of packets (Socket.IO protocol, revision 5). */
const [connect, disconnect, event, ack, connectError] = ['0', '1', '2', '3', '4'];

/**
 * One connection to the gateway: the protocol of Socket.IO over a WebSocket, as far as this client needs it, without a way to
 * come back. Its own client library would be half of what a page downloads.
 */
export class GatewaySocket {
  isConnected = false;
  #socket: WebSocket | undefined;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silenceMs = connectMs;
  #asked = 0;
  readonly #waiting = new Map<string, { resolve(reply: unknown): void; reject(error: NetworkError): void }>();

  /**
   * @param url the address of a gateway
   * @param auth gives what the gateway is to know the caller by
   */
  constructor(
    url: string,
    private readonly auth: () => Promise<object>,
    private readonly events: SocketEvents,
  ) {
    this.#alive();
    // As the browser notices first that there is no network.
    globalThis.addEventListener?.('offline', this.#end);
    void this.#open(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
  }

  /**
   * Sends a message and waits for its answer.
   * @throws NetworkError when none comes in time
   */
  ask(name: string, payload: object, limitMs: number): Promise<unknown> {
    const id = String(this.#asked++);
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      const fail = (error: NetworkError) => (settle(), reject(error));
      const timer = setTimeout(() => fail(unanswered(name)), limitMs);
      this.#waiting.set(id, { resolve: (reply) => (settle(), resolve(reply)), reject: fail });
      if (!this.isConnected) return fail(unanswered(name));
      this.#send(event, id + JSON.stringify([name, payload]));
    });
  }

  /** Ends it, without telling. */
  close(): void {
    if (this.isConnected) this.#send(disconnect, '');
    this.#over();
  }

  async #open(address: string): Promise<void> {
    try {
      // Node.js has one of its own from version 22.
      const { WebSocket: Socket } = globalThis.WebSocket ? globalThis : await import('ws');
      if (this.#isOver) return;
      this.#socket = new Socket(address) as WebSocket;
    } catch {
      return this.#end();
    }
    this.#socket.onmessage = ({ data }) => this.#receive(String(data));
    this.#socket.onclose = this.#socket.onerror = this.#end;
  }

  /** Takes a packet of the transport (Engine.IO protocol, revision 4). */
  #receive(text: string): void {
    if (this.#isOver) return;
    this.#alive();
    const rest = text.slice(1);
    switch (text[0]) {
      case '0': {
        const { pingInterval, pingTimeout } = JSON.parse(rest) as Record<string, number>;
        this.#silenceMs = (pingInterval as number) + (pingTimeout as number);
        return void this.#authorize();
      }
      case '1':
        return this.#end();
      case '2':
        return this.#socket?.send('3');
      case '4':
        return this.#take(rest);
      default:
    }
  }

  async #authorize(): Promise<void> {
    const auth = await this.auth();
    if (!this.#isOver) this.#send(connect, JSON.stringify(auth));
  }

  #take(packet: string): void {
    const [, type, id = '', data] = /^(.)(?:\/[^,]*,)?(\d*)(.*)$/s.exec(packet) ?? [];
    const content: unknown = data ? JSON.parse(data) : undefined;
    switch (type) {
      case connect:
        this.isConnected = true;
        return this.events.onConnected();
      case connectError:
        return this.#end(undefined, (content as { data?: Problem }).data);
      case disconnect:
        return this.#end();
      case ack:
        return this.#waiting.get(id)?.resolve((content as unknown[])[0]);
      case event: {
        const [name, payload] = content as [string, unknown];
        return this.events.onEvent(name, payload);
      }
      default:
    }
  }

  #send(type: string, data: string): void {
    this.#socket?.send(`4${type}${namespace},${data}`);
  }

  /** The gateway speaks at least so often: silence means that the connection is lost. */
  #alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#end, this.#silenceMs);
  }

  readonly #end = (_?: unknown, refusal?: Problem): void => {
    if (this.#over()) this.events.onClosed(refusal);
  };

  /** @returns whether it was not over before */
  #over(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.isConnected = false;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.('offline', this.#end);
    this.#socket?.close();
    for (const { reject } of [...this.#waiting.values()]) reject(unanswered());
    return true;
  }
}

function unanswered(name = 'a message'): NetworkError {
  return new NetworkError(`The gateway did not answer "${name}".`);
}
