import { errorOf } from '../http/error-classes';
import { NetworkError, type NexusError, type Problem } from '../http/problem';
import { backoffMs } from '../http/pause';
import type { TokenSource } from '../http/token-source';
import { Emitter } from './emitter';
import { GatewaySocket } from './gateway-socket';
import type { Follower, Target } from './follower';
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

/** The longest pause before the next attempt to connect. */
const longestPauseMs = 5_000;

/** How long the gateway may take for an answer. */
const answerMs = 15_000;

/** `idle` while no document is open, `connecting` before the first connection, `offline` while there is none after it. */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'offline';

type Reply =
  ({ readonly ok: true } & Record<string, unknown>) | { readonly ok: false; readonly error: Problem };

/** One connection to the gateway, shared by all that follow something over it. It is there while somebody follows. */
export class Connection {
  #socket: GatewaySocket | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** Whether it is to be there: it is, or is tried again. */
  #isWanted = false;
  #wasConnected = false;
  #lastToken: string | undefined;
  #status: ConnectionStatus = 'idle';
  readonly #emitter = new Emitter<{ readonly status: ConnectionStatus }>();
  readonly #subscriptions: Subscriptions;
  readonly #renewal: TokenRenewal;

  constructor(private readonly options: ConnectionOptions) {
    this.#subscriptions = new Subscriptions(this);
    this.#renewal = new TokenRenewal(options.tokens, (token) => this.ask('auth', { token }));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get isConnected(): boolean {
    return this.#socket?.isConnected ?? false;
  }

  /**
   * Follows a panel or a workspace, and connects where that is not done yet.
   * @returns what ends it
   */
  follow(follower: Follower): () => void {
    clearTimeout(this.#idle);
    this.#subscriptions.add(follower);
    if (this.isConnected) follower.onConnection(true);
    else if (!this.#isWanted) this.#open();
    return () => {
      this.#subscriptions.remove(follower);
      if (this.#subscriptions.isEmpty) this.#idle = setTimeout(() => this.close(), idleMs);
    };
  }

  /** Listens for another status; the function that it returns ends that. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#emitter.on('status', listener);
  }

  /** Connects at once where it waits to try again. */
  reconnect(): void {
    if (!this.#isWanted || this.#socket) return;
    clearTimeout(this.#again);
    this.#open();
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
    if (!this.#socket?.isConnected) throw new NetworkError('There is no connection to the gateway.');
    const message = { ...payload, ...ownerOf(event, this.options.owner) };
    const reply = (await this.#socket.ask(event, message, answerMs)) as Reply;
    if (!reply.ok) throw errorOf(reply.error);
    return reply;
  }

  /** Ends the connection. Following anew opens another one. */
  close(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#again);
    this.#renewal.stop();
    this.#socket?.close();
    this.#socket = undefined;
    this.#isWanted = false;
    this.#wasConnected = false;
    this.#subscriptions.disconnected();
    this.#setStatus('idle');
  }

  #setStatus(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#emitter.emit('status', status);
  }

  #open(): void {
    this.#isWanted = true;
    if (this.#status === 'idle') this.#setStatus('connecting');
    this.#socket = new GatewaySocket(this.options.url, () => this.#auth(), {
      onConnected: () => this.#connected(),
      onEvent: (event, payload) => this.#receive(event, payload as Partial<Target>),
      onClosed: (refusal) => this.#closed(refusal),
    });
  }

  async #auth(): Promise<object> {
    // Without a token the gateway refuses it, and it is tried again.
    this.#lastToken = await this.options.tokens.get().catch(() => undefined);
    return { token: this.#lastToken };
  }

  #connected(): void {
    this.#attempt = 0;
    this.#wasConnected = true;
    this.#renewal.start();
    this.#setStatus('live');
    this.#subscriptions.connected();
  }

  #closed(problem: Problem | undefined): void {
    const { tokens } = this.options;
    this.#socket = undefined;
    this.#renewal.stop();
    if (this.#wasConnected) this.#subscriptions.disconnected();
    this.#wasConnected = false;
    if (this.#status === 'live') this.#setStatus('offline');
    const refusal = problem && errorOf(problem);
    if (refusal?.code === 'unauthorized' || refusal?.status === 401) {
      if (!tokens.isRenewable) {
        this.#isWanted = false;
        this.#setStatus('offline');
        return this.#subscriptions.refused(refusal);
      }
      void tokens.renew(this.#lastToken).catch(() => undefined);
    }
    this.#again = setTimeout(() => this.#open(), Math.min(longestPauseMs, backoffMs(this.#attempt++)));
  }

  #receive(event: string, payload: Partial<Target>): void {
    if (event === 'error') return this.#failed(payload as Failure);
    const { workspaceId } = payload;
    if (workspaceId !== undefined) this.#subscriptions.deliver({ ...payload, workspaceId }, event);
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
