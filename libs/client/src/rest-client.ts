import { type Token, TokenSource } from './http/token-source';
import { Transport } from './http/transport';
import { Keys } from './keys/keys';
import { Locks } from './locks/locks';
import { WorkspaceRest } from './rest/workspace';
import { WorkspaceRoutes } from './rest/workspace-routes';
import { Workspaces } from './rest/workspaces';

/** Settings of a client without live documents. */
export interface RestClientOptions {
  /** The address of the state API, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  /** A token, or what gives one: it is asked before the one before expires, and when one is refused. */
  readonly token: Token;
  /** What sends requests; the global `fetch` where not given. */
  readonly fetch?: typeof fetch;
  /** How long one attempt of a request may take; 30 seconds where not given. */
  readonly timeoutMs?: number;
  /** How often a request that failed in passing is tried again; 5 times where not given. */
  readonly retries?: number;
}

/** A client of Nexus State over REST: everything but live documents. */
export class RestClient {
  readonly workspaces: Workspaces;
  /** Values under keys. */
  readonly keys: Keys;
  readonly locks: Locks;
  protected readonly tokens: TokenSource;
  protected readonly transport: Transport;
  /** The address of the state API. */
  protected readonly url: string;

  constructor({ url, token, fetch = globalThis.fetch, timeoutMs = 30_000, retries = 5 }: RestClientOptions) {
    this.url = withoutSlash(url);
    this.tokens = new TokenSource(token);
    this.transport = new Transport({ url: this.url, tokens: this.tokens, fetch, timeoutMs, retries });
    this.workspaces = new Workspaces(this.transport);
    this.keys = new Keys(this.transport);
    this.locks = new Locks(this.transport);
  }

  /**
   * A handle of a workspace.
   * @param options `owner` says whose, where several of this id are within reach
   */
  workspace(id: string, { owner }: { readonly owner?: string | undefined } = {}): WorkspaceRest {
    return new WorkspaceRest(new WorkspaceRoutes(this.transport, id, owner));
  }

  /** Ends every watch of keys. */
  async close(): Promise<void> {
    await this.keys.close();
  }
}

/**
 * Makes a client without live documents: a browser downloads a third of the whole one. It does nothing until it is asked for
 * something.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  return new RestClient(options);
}

/** An address as paths are put behind it. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
