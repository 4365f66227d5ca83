import { io, type Socket } from 'socket.io-client';
import { errorOf } from '../http/error-classes';
import { NetworkError, type NexusError, type Problem } from '../http/problem';
import { backoffMs } from '../http/pause';
import type { TokenSource } from '../http/token-source';
import { type Follower, type PanelPayload, type Present, type Target, messageOf } from './follower';
import { Subscriptions } from './subscriptions';
import { TokenRenewal } from './token-renewal';

/** What a connection is made from. */
export interface ConnectionOptions {
  /** The address of a gateway. */
  readonly url: string;
  /** Whose workspaces it is about, where several of one id are within reach. */
  readonly owner: string | undefined;
  readonly tokens: TokenSource;
}

/** How long a connection outlives its last follower. */
const idleMs = 5_000;

/** How long the gateway may take for an answer. */
const answerMs = 15_000;

type Reply =
  ({ readonly ok: true } & Record<string, unknown>) | { readonly ok: false; readonly error: Problem };

/** One connection to the gateway, shared by all that follow panels over it. It is there while somebody follows. */
export class Connection {
  #socket: Socket | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #lastToken: string | undefined;
  readonly #subscriptions: Subscriptions;
  readonly #renewal: TokenRenewal;

  constructor(private readonly options: ConnectionOptions) {
    this.#subscriptions = new Subscriptions(this);
    this.#renewal = new TokenRenewal(options.tokens, (token) => this.ask('auth', { token }));
  }

  get isConnected(): boolean {
    return this.#socket?.connected ?? false;
  }

  /**
   * Follows a panel, and connects where that is not done yet.
   * @returns what ends it
   */
  follow(follower: Follower): () => void {
    clearTimeout(this.#idle);
    this.#subscriptions.add(follower);
    if (this.#socket) {
      if (this.isConnected) follower.onConnection(true);
    } else this.#open();
    return () => {
      this.#subscriptions.remove(follower);
      if (this.#subscriptions.isEmpty) this.#idle = setTimeout(() => this.close(), idleMs);
    };
  }

  /** Subscribes again from the version that the followers of a panel have: something is missing. */
  refresh(target: Target): void {
    this.#subscriptions.refresh(target);
  }

  /** Subscribes at once to a panel that was not there: it is there now. */
  retry(target: Target): void {
    this.#subscriptions.retry(target);
  }

  /**
   * Sends a message and waits for its answer.
   * @throws NexusError when it is refused; NetworkError when there is no connection or no answer
   */
  async ask(event: string, payload: object): Promise<Record<string, unknown>> {
    const socket = this.#socket;
    if (!socket?.connected) throw new NetworkError('There is no connection to the gateway.');
    let reply: Reply;
    try {
      const { owner } = this.options;
      reply = (await socket
        .timeout(answerMs)
        .emitWithAck(event, { ...payload, ...ownerOf(event, owner) })) as Reply;
    } catch (cause) {
      throw new NetworkError(`The gateway did not answer "${event}".`, { cause });
    }
    if (!reply.ok) throw errorOf(reply.error);
    return reply;
  }

  /** Ends the connection. Following anew opens another one. */
  close(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#again);
    this.#renewal.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.removeAllListeners();
    socket?.disconnect();
    this.#subscriptions.disconnected();
  }

  #open(): void {
    const socket = io(`${this.options.url}/state`, {
      // Any gateway may answer any request: a session that begins with polling would need always the same one.
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 5_000,
      auth: (send) => void this.#authorize(send),
    });
    this.#socket = socket;
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason) => this.#disconnected(reason));
    socket.on('connect_error', (error) => this.#refused(error));
    socket.onAny((event: string, payload: PanelPayload) => this.#receive(event, payload));
  }

  async #authorize(send: (auth: object) => void): Promise<void> {
    try {
      this.#lastToken = await this.options.tokens.get();
      send({ token: this.#lastToken });
    } catch {
      // The gateway refuses it, and it is tried again.
      send({});
    }
  }

  #connected(): void {
    this.#attempt = 0;
    this.#renewal.start();
    this.#subscriptions.connected();
  }

  #disconnected(reason: Socket.DisconnectReason): void {
    this.#renewal.stop();
    this.#subscriptions.disconnected();
    // Socket.IO connects again by itself, but not after the gateway has ended the connection on purpose.
    if (reason === 'io server disconnect') this.#connectAgain();
  }

  #refused(error: Error & { readonly data?: Problem }): void {
    if (!error.data) {
      // Socket.IO goes on by itself where the gateway cannot be reached, unless it has given the socket up.
      if (!this.#socket?.active) this.#connectAgain();
      return;
    }
    const refusal = errorOf(error.data);
    if (refusal.status === 401 || refusal.code === 'unauthorized') {
      if (!this.options.tokens.isRenewable) return this.#subscriptions.refused(refusal);
      void this.options.tokens.renew(this.#lastToken).catch(() => undefined);
    }
    this.#connectAgain();
  }

  #connectAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#socket?.connect(), backoffMs(this.#attempt++));
  }

  #receive(event: string, payload: PanelPayload): void {
    if (event === 'presence') {
      const { members } = payload as unknown as { readonly members: readonly Present[] };
      return this.#subscriptions.present(payload, members);
    }
    if (event === 'error') return this.#failed(payload as unknown as Failure);
    const message = messageOf(event, payload);
    if (message) this.#subscriptions.deliver(payload, message);
  }

  #failed({ code, message, workspaceId, panelId, ...facts }: Failure): void {
    if (code === 'token_expired') void this.options.tokens.renew(this.#lastToken).catch(() => undefined);
    if (workspaceId === undefined || panelId === undefined) return;
    const error: NexusError = errorOf({ ...facts, error: code, message });
    this.#subscriptions.ended({ workspaceId, panelId }, error);
  }
}

interface Failure extends Partial<Target> {
  readonly code: string;
  readonly message: string;
}

function ownerOf(event: string, owner: string | undefined): { readonly owner?: string } {
  return owner === undefined || event === 'auth' ? {} : { owner };
}
