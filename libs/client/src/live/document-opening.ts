import type { DocumentEvent } from '../document/messages';
import type { StoredDocument } from '../document/stored-document';
import type { NexusError } from '../http/problem';
import { Courier } from './courier';
import { DocumentSession } from './document-session';
import { type Follower, type Present, membersOf, messageOf } from './follower';
import type { LiveOptions } from './live-options';

/** What an open document is told. */
export interface OpeningEvents {
  onEvents(events: readonly DocumentEvent[]): void;
  onTrouble(error: NexusError): void;
  onPresence(members: readonly Present[]): void;
  onConnection(isConnected: boolean): void;
  onFollowing(): void;
  onRefused(error: NexusError): void;
}

/** Opens a document: what was stored first, then what the server tells. */
export class DocumentOpening implements Follower {
  readonly workspaceId: string;
  readonly panelId: string;
  session: DocumentSession | undefined;
  #isFollowing = false;
  #isClosed = false;
  #unfollow: (() => void) | undefined;
  readonly #couriers: Courier;
  readonly #opened: Promise<void>;

  constructor(
    private readonly options: LiveOptions,
    private readonly events: OpeningEvents,
  ) {
    this.workspaceId = options.routes.id;
    this.panelId = options.panelId;
    this.#couriers = new Courier(options);
    this.#opened = this.#open().catch((error: NexusError) => events.onTrouble(error));
  }

  get isOpen(): boolean {
    return this.session !== undefined;
  }

  /** Whether the panel is followed at the moment. */
  get isConnected(): boolean {
    return this.#isFollowing;
  }

  get received(): number | undefined {
    const model = this.session?.model;
    return model?.state ? model.received : undefined;
  }

  onEvent(event: string, payload: object): void {
    const message = messageOf(event, payload);
    if (message) this.session?.receive(message);
    const members = membersOf(event, payload);
    if (members) this.events.onPresence(members);
  }

  onConnection(isConnected: boolean): void {
    if (isConnected) return this.session?.pump();
    this.#isFollowing = false;
    this.events.onConnection(false);
  }

  onFollowing(): void {
    this.#isFollowing = true;
    this.events.onConnection(true);
    this.events.onFollowing();
    void this.#couriers.send();
  }

  onRefused(error: NexusError): void {
    this.#isFollowing = false;
    this.events.onRefused(error);
  }

  async close(reason: NexusError): Promise<void> {
    this.#isClosed = true;
    this.#unfollow?.();
    await this.#opened;
    await this.session?.close(reason);
    await this.#couriers.close(reason);
  }

  async #open(): Promise<void> {
    const { tokens, storage, name, routes, panelId, initial, connection } = this.options;
    // Whose changes these are has to be known before updates come; without a token there are none.
    await tokens.get().catch(() => undefined);
    const session = await this.#storage(() => storage?.open(name));
    const pending = session && (await this.#storage(() => session.adopt()));
    const stored: StoredDocument | undefined =
      pending ??
      (session && (await this.#storage(() => session.latest()))) ??
      (initial && { ...initial, pending: [] });
    this.session = new DocumentSession(
      { routes, panelId, self: tokens.subject, storage: session, stored },
      {
        onEvents: (events) => this.#onEvents(events),
        onTrouble: (error) => this.events.onTrouble(error),
      },
    );
    if (this.#isClosed) return;
    if (stored) this.#onEvents([]);
    this.session.pump();
    this.#unfollow = connection.follow(this);
  }

  #onEvents(events: readonly DocumentEvent[]): void {
    this.events.onEvents(events);
    if (events.some(({ kind }) => kind === 'gap')) this.options.connection.refresh(this);
  }

  /** Goes on without a storage that fails, and says so. */
  async #storage<R>(work: () => Promise<R> | undefined): Promise<R | undefined> {
    try {
      return await work();
    } catch (error) {
      this.events.onTrouble(error as NexusError);
      return undefined;
    }
  }
}
