import { type NexusClient, createClient, indexedDbStorage, refreshAll } from '@nexus-state/react';
import { claimsOf, isUsable } from './claims';
import { type ClientConfig, loadConfig } from './config';
import { signedIn } from './oidc';

/** `none`: a token is needed. `renew`: one has run out, and what is open waits for the next. */
export type SessionState = 'none' | 'signed-in' | 'renew';

/** Outlives a reload, and ends with the tab. */
const storageKey = 'nexus-console-token';

/** Who is signed in, and the client that acts for them. The token is in memory, and in the storage of this tab. */
export class Session {
  #token: string | undefined;
  #client: NexusClient | undefined;
  readonly #waiting: ((token: string) => void)[] = [];
  #state: SessionState = 'none';
  /** A token that was given out: asked for again, it has been refused or is about to expire. */
  #given: string | undefined;
  readonly #listeners = new Set<() => void>();

  private constructor(readonly config: ClientConfig) {}

  /** Signs in with what there is: what an issuer has sent, a token of this tab, or that of a development stack. */
  static async open(): Promise<Session> {
    const session = new Session(await loadConfig());
    const { config } = session;
    const kept = sessionStorage.getItem(storageKey);
    const issued = config.oidc ? await signedIn(config.oidc) : undefined;
    const token = issued ?? (kept && isUsable(kept) ? kept : config.developmentToken);
    if (token) session.signIn(token);
    return session;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The `sub` of the token. */
  get user(): string {
    return claimsOf(this.#token ?? '').sub ?? '';
  }

  /** @throws when nobody is signed in */
  get client(): NexusClient {
    if (!this.#client) throw new Error('Nobody is signed in.');
    return this.#client;
  }

  /** Reads again what is shown: what broke a part of the page may be what was read. */
  async readAgain(): Promise<void> {
    if (this.#client) await refreshAll(this.#client);
  }

  /** Asks the API for something that the client has no method for. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return fetch(url, { ...init, headers });
  }

  /** Uses a token from now on; what waits for one goes on. */
  signIn(token: string): void {
    const isSame = claimsOf(token).sub === this.user && this.#client !== undefined;
    this.#token = token;
    this.#given = undefined;
    sessionStorage.setItem(storageKey, token);
    if (!isSame) this.#renewClient();
    for (const resolve of this.#waiting.splice(0)) {
      this.#given = token;
      resolve(token);
    }
    this.#set('signed-in');
  }

  /** Forgets the token, and closes everything. */
  signOut(): void {
    sessionStorage.removeItem(storageKey);
    void this.#client?.close();
    this.#client = undefined;
    this.#token = undefined;
    this.#set('none');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #renewClient(): void {
    void this.#client?.close();
    const { apiUrl, realtimeUrl } = this.config;
    this.#client = createClient({
      url: apiUrl,
      realtimeUrl,
      token: () => this.#nextToken(),
      storage: indexedDbStorage({ name: `nexus-console-${this.user}` }),
      timeoutMs: 60_000,
    });
  }

  /** A token that has not been refused; where there is none, the page asks for one, and the caller waits. */
  async #nextToken(): Promise<string> {
    const token = this.#token;
    if (token && token !== this.#given && isUsable(token)) return (this.#given = token);
    const { developmentToken } = await loadConfig().catch(() => this.config);
    if (developmentToken && developmentToken !== this.#given && isUsable(developmentToken)) {
      this.#token = developmentToken;
      return (this.#given = developmentToken);
    }
    const next = new Promise<string>((resolve) => this.#waiting.push(resolve));
    this.#set('renew');
    return next;
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
