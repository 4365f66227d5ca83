import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { type LiveConnection, type LiveDoor, type LiveListener, Refused, patienceMs } from './live-door';

/** Plain WebSocket, by the client that nearly everybody has. */
export const webSocketDoor: LiveDoor = {
  name: 'WebSocket',

  async connect({ url, token, workspaceId }, listener) {
    const address = `${url.replace('http', 'ws')}/ws/state/${workspaceId}?token=${token}`;
    const socket = new WebSocket(address, { handshakeTimeout: patienceMs });
    const connection = new WebSocketConnection(socket, listener);
    await once(socket, 'open');
    return connection;
  },
};

/** A message from the gateway. */
interface Message {
  readonly type: string;
  readonly id?: number;
  readonly code?: string;
  readonly message?: string;
}

class WebSocketConnection implements LiveConnection {
  readonly #waiting = new Map<number, (answer: Message) => void>();
  #asked = 0;

  constructor(
    private readonly socket: WebSocket,
    listener: LiveListener,
  ) {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      const answered = message.id === undefined ? undefined : this.#waiting.get(message.id);
      if (answered) answered(message);
      else listener.event(message.type, message);
    });
    socket.on('close', () => listener.closed());
    // A broken connection is closed, too; before it stands, who opens it is told.
    socket.on('error', () => undefined);
  }

  async subscribe(panelId: string, version: number | undefined): Promise<void> {
    const { type, code, message } = await this.#ask({ type: 'subscribe', panelId, version });
    if (type === 'error') throw new Refused(String(code), String(message));
  }

  async probe(): Promise<void> {
    await this.#ask({ type: 'ping' });
  }

  close(): void {
    this.socket.terminate();
  }

  async #ask(request: object): Promise<Message> {
    const id = ++this.#asked;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    const given = new AbortController();
    const late = sleep(patienceMs, undefined, { signal: given.signal }).then(() => {
      throw new Error('The gateway did not answer.');
    });
    late.catch(() => undefined);
    try {
      this.socket.send(JSON.stringify({ ...request, id }));
      return await Promise.race([answered, late]);
    } finally {
      given.abort();
      this.#waiting.delete(id);
    }
  }
}
