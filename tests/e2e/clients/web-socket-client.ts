import { type ServiceProcess, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import WebSocket from 'ws';

/** A message of the plain WebSocket door. */
// Tests look at messages of every shape, each where it is asserted.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Message = any;

/** A plain WebSocket connection with the official client, which keeps everything that arrives. */
export class WebSocketClient {
  readonly received: Message[] = [];
  /** How the connection was closed. */
  closed: { readonly status: number; readonly reason: string } | undefined;
  readonly #waiting = new Map<unknown, (answer: Message) => void>();
  #asked = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.#take(JSON.parse(String(data))));
    socket.on('close', (status, reason) => (this.closed = { status, reason: String(reason) }));
    socket.on('error', () => undefined);
  }

  /** Opens a connection to a workspace and waits until it stands. */
  static async connect(
    gateway: ServiceProcess,
    subject: string,
    claims: Record<string, unknown> = {},
  ): Promise<WebSocketClient> {
    const client = WebSocketClient.open(gateway, `/ws/state/ws?token=${testToken(subject, claims)}`);
    await eventually(() => client.socket.readyState === WebSocket.OPEN, 'the connection');
    return client;
  }

  /** Opens a connection without waiting. */
  static open(gateway: ServiceProcess, path: string, headers: Record<string, string> = {}): WebSocketClient {
    return new WebSocketClient(new WebSocket(gateway.url.replace('http', 'ws') + path, { headers }));
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Sends a message with an id and waits for what answers it. */
  async ask(message: object): Promise<Message> {
    const id = `ask-${this.#asked++}`;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.send({ ...message, id });
    });
  }

  /** Waits for the first message that a test is looking for. */
  until(what: string, find: (message: Message) => boolean, withinMs?: number): Promise<Message> {
    return eventually(() => this.received.find(find), what, withinMs);
  }

  /** The messages about one panel, without answers. */
  of(panelId: string): Message[] {
    return this.received.filter((one) => one.panelId === panelId && one.id === undefined);
  }

  #take(message: Message): void {
    this.received.push(message);
    this.#waiting.get(message.id)?.(message);
  }

  close(): void {
    this.socket.terminate();
  }
}

/** How a request for a WebSocket is refused: the HTTP answer. */
export function refusedUpgrade(
  gateway: ServiceProcess,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, unknown>; problem: Message }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(gateway.url.replace('http', 'ws') + path, { headers });
    socket.on('open', () => reject(new Error('was let in')));
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, problem: JSON.parse(body) });
      });
    });
  });
}
