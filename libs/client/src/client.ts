import type { JsonObject } from '@nexus-state/documents';
import type { TokenSource } from './http/token-source';
import type { Transport } from './http/transport';
import { Connection, type ConnectionStatus } from './live/connection';
import { LiveDocument } from './live/live-document';
import { LiveWorkspace } from './live/live-workspace';
import { RestClient, type RestClientOptions, withoutSlash } from './rest-client';
import type { Written } from './rest/answers';
import { type ChangeOptions, type ChangeOrigin, PanelRest } from './rest/panel';
import { WorkspaceRest } from './rest/workspace';
import { type Fenced, WorkspaceRoutes } from './rest/workspace-routes';
import type { DocumentStorage } from './storage/document-storage';

/** Settings of a client. */
export interface ClientOptions extends RestClientOptions {
  /** The address of the realtime gateway; that of the API where not given. */
  readonly realtimeUrl?: string;
  /** Keeps documents and pending changes across restarts: `indexedDbStorage()`, `fileStorage(folder)`, `memoryStorage()`. */
  readonly storage?: DocumentStorage;
}

/** The connection that documents share, as far as a user may know of it. */
export interface LiveConnection {
  readonly status: ConnectionStatus;
  /** Listens for another status; the function that it returns ends that. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
  /** Connects at once where it waits to try again. */
  reconnect(): void;
}

/** What the handles of a client share. */
interface Shared {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly url: string;
  readonly storage: DocumentStorage | undefined;
  /** What is open, to be closed with the client. */
  readonly open: Set<{ close(): unknown }>;
  /** @param use whole workspaces have a connection of their own */
  connection(owner: string | undefined, use?: ConnectionUse): Connection;
}

type ConnectionUse = 'panels' | 'workspaces';

/** A client of Nexus State. */
export class NexusClient extends RestClient {
  readonly #shared: Shared;
  readonly #connections = new Map<string, Connection>();

  constructor({ realtimeUrl, storage, ...options }: ClientOptions) {
    super(options);
    const { transport, tokens, url } = this;
    this.#shared = {
      transport,
      tokens,
      url,
      storage,
      open: new Set(),
      connection: (owner, use = 'panels') => this.#connection(withoutSlash(realtimeUrl ?? url), owner, use),
    };
  }

  /**
   * A handle of a workspace.
   * @param options `owner` says whose, where several of this id are within reach
   */
  override workspace(id: string, { owner }: { readonly owner?: string | undefined } = {}): WorkspaceHandle {
    return new WorkspaceHandle(this.#shared, id, owner);
  }

  /**
   * The connection of the documents, which is there while one is open.
   * @param options `owner` says whose documents: there is a connection for each
   */
  connection({ owner }: { readonly owner?: string | undefined } = {}): LiveConnection {
    return this.#shared.connection(owner);
  }

  /** Closes every document, live workspace, watch of keys and connection. */
  override async close(): Promise<void> {
    await super.close();
    await Promise.all([...this.#shared.open].map((one) => one.close()));
    for (const connection of this.#connections.values()) connection.close();
  }

  /** Messages do not say whose workspace they are about, so that each owner has a connection. */
  #connection(url: string, owner: string | undefined, use: ConnectionUse): Connection {
    const name = JSON.stringify([use, owner]);
    const connection =
      this.#connections.get(name) ?? new Connection({ url, owner, tokens: this.#shared.tokens });
    this.#connections.set(name, connection);
    return connection;
  }
}

/** One workspace: its panels, feed, snapshots and members. */
export class WorkspaceHandle extends WorkspaceRest {
  readonly #shared: Shared;

  constructor(shared: Shared, id: string, owner: string | undefined) {
    super(new WorkspaceRoutes(shared.transport, id, owner));
    this.#shared = shared;
  }

  /** A handle of a panel, whose state is of type `T`. */
  override panel<T extends object = JsonObject>(id: string): PanelHandle<T> {
    return new PanelHandle<T>(this.#shared, this.routes, id);
  }

  /** Follows what happens in the workspace: changes of its panels, proposals, snapshots and restores. */
  open(): LiveWorkspace {
    const { open, connection } = this.#shared;
    const live: LiveWorkspace = new LiveWorkspace({
      connection: connection(this.routes.owner, 'workspaces'),
      routes: this.routes,
      onClose: () => open.delete(live),
    });
    open.add(live);
    return live;
  }
}

/** One panel, over REST and live. */
export class PanelHandle<T extends object = JsonObject> extends PanelRest<T> {
  readonly #shared: Shared;

  constructor(shared: Shared, routes: WorkspaceRoutes, id: string) {
    super(routes, id);
    this.#shared = shared;
  }

  override async create(state: T, options: ChangeOrigin & Fenced = {}): Promise<Written> {
    return this.#isThere(await super.create(state, options));
  }

  override async set(state: T, options: ChangeOptions = {}): Promise<Written> {
    return this.#isThere(await super.set(state, options));
  }

  /**
   * Opens the panel as a live document, at once; `ready` of it waits for the first state.
   * @param options `version`: begin with the state that this handle has read, where it is of that version
   */
  open({ version }: { readonly version?: number } = {}): LiveDocument<T> {
    const { url, tokens, storage, open, connection } = this.#shared;
    const { id: workspaceId, owner = null } = this.routes;
    const copy = version === undefined ? undefined : this.copyOf(version);
    const document: LiveDocument<T> = new LiveDocument<T>({
      connection: connection(this.routes.owner),
      routes: this.routes,
      panelId: this.id,
      tokens,
      storage,
      name: JSON.stringify([url, owner, workspaceId, this.id]),
      initial: copy && { version: copy.version, state: copy.state as unknown as JsonObject },
      onClose: () => open.delete(document),
    });
    open.add(document);
    return document;
  }

  /** Documents that wait for the panel need not wait longer. */
  #isThere(written: Written): Written {
    this.#shared.connection(this.routes.owner).retry({ workspaceId: this.routes.id, panelId: this.id });
    return written;
  }
}

/**
 * Makes a client. It does nothing until it is asked for something.
 *
 * ```ts
 * const nexus = createClient({ url: 'http://127.0.0.1:8001', realtimeUrl: 'http://127.0.0.1:8002', token });
 * const lamp = nexus.workspace('garden').panel<Lamp>('lamp');
 * ```
 */
export function createClient(options: ClientOptions): NexusClient {
  return new NexusClient(options);
}
