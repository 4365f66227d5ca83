import { type Socket, connect } from 'node:net';

/** A client that writes what it likes, as slowly as it likes, and reads what comes back. */
export class RawSocket {
  /** Everything that has come back, once the other side has ended the connection. */
  readonly ended: Promise<string>;
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    // A connection that is broken has ended as well.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => socket.once('close', () => resolve(this.#received)));
  }

  /** @param url of the server, e.g. `http://127.0.0.1:8001` */
  static open(url: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawSocket(socket)));
    });
  }

  /** What has come back so far. */
  get received(): string {
    return this.#received;
  }

  write(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text);
  }

  /** Writes a text letter by letter, until the other side ends the connection. */
  trickle(text: string, pauseMs: number): void {
    let sent = 0;
    const timer = setInterval(() => this.write(text[sent++ % text.length] as string), pauseMs);
    void this.ended.then(() => clearInterval(timer));
  }

  close(): void {
    this.#socket.destroy();
  }
}
