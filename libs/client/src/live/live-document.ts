import type { Conflict, JsonObject, PatchRequest } from '@nexus-state/documents';
import { compareStates } from '@nexus-state/documents';
import type { DocumentEvent } from '../document/messages';
import { NotFoundError } from '../http/plain-errors';
import { NexusError } from '../http/problem';
import type { Written } from '../rest/answers';
import { DocumentOpening } from './document-opening';
import type { DocumentSession } from './document-session';
import { Emitter } from './emitter';
import type { Present } from './follower';
import type { LiveOptions } from './live-options';
import { DocumentPresence } from './presence';
import { draftOps } from './draft';

/** `connecting` before the first connection, `offline` while there is none after it. */
export type DocumentStatus = 'connecting' | 'live' | 'offline' | 'closed';

/** A change of what a document shows. */
export interface ChangeEvent {
  readonly source: 'local' | 'remote';
  /** JSON Pointers to what is new; `""` is the whole state. */
  readonly pointers: readonly string[];
  readonly version: number;
  /** The `sub` of who made it, of a remote change. */
  readonly actor?: string;
  readonly triggeredBy?: string;
}

/** An own change that cannot stand beside what others did, and was taken back. */
export interface ConflictEvent {
  readonly conflicts: readonly Conflict[];
  readonly ops: PatchRequest;
}

/** How far a document is. */
export interface ProgressEvent {
  readonly version: number | undefined;
  readonly pending: number;
}

/** What a document tells. */
export interface DocumentEvents {
  readonly change: ChangeEvent;
  /** `version` or `pending` is another one: also where nothing that the user sees has changed. */
  readonly progress: ProgressEvent;
  readonly status: DocumentStatus;
  readonly conflict: ConflictEvent;
  readonly presence: readonly Present[];
  readonly error: NexusError;
}

/**
 * A panel as the user sees it: the confirmed state, with own changes on top of it from the moment they are made. They are sent
 * in order, merged with what others do, and taken back when they collide.
 */
export class LiveDocument<T extends object> {
  /** Resolves with the first state; rejects when the panel is not there, or cannot be read. */
  readonly ready: Promise<T>;
  readonly presence: DocumentPresence;
  readonly #emitter = new Emitter<DocumentEvents>();
  readonly #opening: DocumentOpening;
  readonly #panelId: string;
  readonly #onClose: () => void;
  #status: DocumentStatus = 'connecting';
  #settleReady: { resolve(state: T): void; reject(error: NexusError): void } | undefined;
  #progress: ProgressEvent = { version: undefined, pending: 0 };
  readonly #flushed: { resolve(): void; reject(error: NexusError): void }[] = [];

  constructor(options: LiveOptions) {
    this.#panelId = options.panelId;
    this.#onClose = options.onClose;
    this.ready = new Promise<T>((resolve, reject) => (this.#settleReady = { resolve, reject }));
    this.ready.catch(() => undefined);
    this.presence = new DocumentPresence(options.connection, {
      workspaceId: options.routes.id,
      panelId: options.panelId,
    });
    this.#opening = new DocumentOpening(options, {
      onEvents: (events) => this.#onEvents(events),
      onTrouble: (error) => this.#emitter.emit('error', error),
      onPresence: (members) => this.#emitter.emit('presence', this.presence.take(members)),
      onConnection: (isConnected) => this.#onConnection(isConnected),
      onFollowing: () => void this.presence.show(),
      onRefused: (error) => this.#onRefused(error),
    });
  }

  /** What the user sees now; undefined before the first state, and while there is no panel. Not to be changed. */
  get state(): T | undefined {
    return this.#session?.model.state as T | undefined;
  }

  /** The version that is confirmed; undefined before the first. */
  get version(): number | undefined {
    return this.#session?.model.version;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  /** How many own changes are not durable. */
  get pending(): number {
    return this.#session?.model.unconfirmed ?? 0;
  }

  /** Whether there is an own change to take back. */
  get canUndo(): boolean {
    return this.#session?.model.canUndo ?? false;
  }

  /** Whether there is a change to make again that was taken back. */
  get canRedo(): boolean {
    return this.#session?.model.canRedo ?? false;
  }

  /**
   * Changes the document at once: with operations of JSON Patch and `inc`, or by what a function does to a draft. All changes of
   * one turn of the event loop are sent as one.
   * @returns resolves when it is durable; rejects with MergeConflictError after taking it back
   */
  async change(change: PatchRequest | ((draft: T) => void)): Promise<Written | undefined> {
    const { state } = this;
    if (this.#status === 'closed') throw closed(this.#panelId);
    if (!state || !this.#session) throw absent(this.#panelId);
    const ops = typeof change === 'function' ? draftOps(state, change) : change;
    return ops.length === 0 ? undefined : this.#session.change(ops);
  }

  /** Writes the whole state, as the single changes that lead to it. */
  replace(state: T): Promise<Written | undefined> {
    return this.change(compareStates((this.state ?? {}) as JsonObject, state as unknown as JsonObject));
  }

  /**
   * Takes the last own change back, moved over what others have done since.
   * @returns undefined where there is none that others have not written over, or it is refused before it is taken back; otherwise
   *   as `change`
   */
  async undo(): Promise<Written | undefined> {
    return this.#session?.step('undo');
  }

  /**
   * Makes again what `undo` took back last, as a change of its own: also where the first one was refused meanwhile.
   * @returns undefined where there is none, or the service refuses to take it back, so that it still stands; otherwise as `change`
   */
  async redo(): Promise<Written | undefined> {
    return this.#session?.step('redo');
  }

  /** Listens; the function that it returns ends that. */
  on<E extends keyof DocumentEvents>(event: E, listener: (payload: DocumentEvents[E]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Resolves when nothing is pending; rejects when the document is closed before. */
  async flushed(): Promise<void> {
    if (this.pending === 0 && this.#opening.isOpen) return;
    if (this.#status === 'closed') throw closed(this.#panelId);
    return new Promise((resolve, reject) => this.#flushed.push({ resolve, reject }));
  }

  /** Resolves when all changes up to now are in the storage, so that they survive a crash. */
  stored(): Promise<void> {
    return this.#session?.saved() ?? Promise.resolve();
  }

  /** Ends it. With a storage, changes that are pending are sent by the next one that opens the document. */
  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#setStatus('closed');
    this.#settleReady?.reject(closed(this.#panelId));
    for (const { reject } of this.#flushed.splice(0)) reject(closed(this.#panelId));
    this.presence.close();
    this.#emitter.clear();
    this.#onClose();
    await this.#opening.close(closed(this.#panelId));
  }

  get #session(): DocumentSession | undefined {
    return this.#opening.session;
  }

  #onEvents(events: readonly DocumentEvent[]): void {
    if (this.state) {
      this.#settleReady?.resolve(this.state);
      this.#settleReady = undefined;
      this.#goLive();
    }
    for (const event of events) this.#tell(event);
    this.#tellProgress();
    if (this.pending > 0) return;
    for (const { resolve } of this.#flushed.splice(0)) resolve();
  }

  #tell(event: DocumentEvent): void {
    if (event.kind === 'changed') {
      const { kind: _, ...change } = event;
      this.#emitter.emit('change', change);
    } else if (event.kind === 'conflict' || event.kind === 'nothing to undo') {
      this.#emitter.emit('conflict', { conflicts: event.conflicts, ops: event.ops });
    }
  }

  #tellProgress(): void {
    const { version, pending } = this;
    if (version === this.#progress.version && pending === this.#progress.pending) return;
    this.#progress = { version, pending };
    this.#emitter.emit('progress', this.#progress);
  }

  #onConnection(isConnected: boolean): void {
    if (!isConnected) {
      if (this.#status === 'live') this.#setStatus('offline');
      this.#emitter.emit('presence', this.presence.take([]));
    } else this.#goLive();
  }

  #goLive(): void {
    if (this.#opening.isConnected && this.state && this.#status !== 'closed') this.#setStatus('live');
  }

  #onRefused(error: NexusError): void {
    this.#settleReady?.reject(error);
    this.#settleReady = undefined;
    this.#emitter.emit('error', error);
  }

  #setStatus(status: DocumentStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#emitter.emit('status', status);
  }
}

function absent(panelId: string): NexusError {
  const message = `Panel "${panelId}" has no state yet: wait for "ready", or create it.`;
  return new NotFoundError({ error: 'not_found', status: 404, message });
}

function closed(panelId: string): NexusError {
  return new NexusError({ error: 'closed', message: `The document "${panelId}" is closed.` });
}
