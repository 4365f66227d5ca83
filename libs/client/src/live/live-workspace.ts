import type { NexusError } from '../http/problem';
import { isPassing, waitMs } from '../http/transport';
import { pause } from '../http/pause';
import { currentRevision } from '../rest/changes';
import type { WorkspaceRoutes } from '../rest/workspace-routes';
import type { Connection } from './connection';
import { Emitter } from './emitter';
import { type Follower, everyPanel } from './follower';
import { type WorkspaceEvent, type WorkspacePayload, workspaceEventOf } from './workspace-event';

/** `connecting` before the workspace is followed, `offline` while it is not any more. */
export type WorkspaceStatus = 'connecting' | 'live' | 'offline' | 'closed';

/** What a live workspace tells. */
export interface WorkspaceEvents {
  readonly event: WorkspaceEvent;
  readonly status: WorkspaceStatus;
  readonly error: NexusError;
}

/** What a live workspace is made from. */
export interface LiveWorkspaceOptions {
  /** For whole workspaces alone: who follows all panels over a connection gets none of them by itself over it. */
  readonly connection: Connection;
  readonly routes: WorkspaceRoutes;
  readonly onClose: () => void;
}

/**
 * What happens in a workspace, as it happens: changes of panels, each once and in the order of revisions, also after a lost
 * connection; proposals, snapshots and restores. Of those nothing is told again that happened while there was no connection:
 * `following` says when to look.
 */
export class LiveWorkspace implements Follower {
  readonly workspaceId: string;
  readonly panelId = everyPanel;
  readonly #emitter = new Emitter<WorkspaceEvents>();
  readonly #ending = new AbortController();
  #status: WorkspaceStatus = 'connecting';
  #unfollow: (() => void) | undefined;
  #revision = 0;
  /** The changes that were told of the newest revision, which may have more. */
  #told = new Set<string>();

  constructor(private readonly options: LiveWorkspaceOptions) {
    this.workspaceId = options.routes.id;
    void this.#begin();
  }

  get status(): WorkspaceStatus {
    return this.#status;
  }

  /** The revision that was told of last. */
  get revision(): number {
    return this.#revision;
  }

  /** Listens; the function that it returns ends that. */
  on<E extends keyof WorkspaceEvents>(event: E, listener: (payload: WorkspaceEvents[E]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Ends it. */
  close(): void {
    if (this.#status === 'closed') return;
    this.#setStatus('closed');
    this.#ending.abort();
    this.#unfollow?.();
    this.#emitter.clear();
    this.options.onClose();
  }

  /** The newest revision that was surely told as a whole. */
  get received(): number {
    return this.#told.size > 0 ? this.#revision - 1 : this.#revision;
  }

  onEvent(name: string, payload: object): void {
    const event = workspaceEventOf(name, payload as WorkspacePayload);
    if (!event || (event.kind === 'change' && !this.#isNew(event))) return;
    this.#emitter.emit('event', event);
  }

  onFollowing(): void {
    this.#setStatus('live');
    this.#emitter.emit('event', { kind: 'following', revision: this.#revision });
  }

  onConnection(isConnected: boolean): void {
    if (!isConnected && this.#status === 'live') this.#setStatus('offline');
  }

  onRefused(error: NexusError): void {
    this.onConnection(false);
    this.#emitter.emit('error', error);
  }

  /** Follows from the revision on that the workspace is at: its states are not wanted. */
  async #begin(): Promise<void> {
    const { routes, connection } = this.options;
    const { signal } = this.#ending;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        this.#revision = await currentRevision(routes, { signal });
        this.#unfollow = connection.follow(this);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error)) this.#emitter.emit('error', error as NexusError);
        await pause(waitMs(error as NexusError, attempt), signal).catch(() => undefined);
      }
    }
  }

  /** Whether a change was not told before; a state that replaces what was missed always is. */
  #isNew({ revision, panelId, version }: Extract<WorkspaceEvent, { kind: 'change' }>): boolean {
    if (revision === undefined) return true;
    const name = `${panelId} ${version}`;
    if (revision < this.#revision || (revision === this.#revision && this.#told.has(name))) return false;
    // The revision that it began with was whole.
    if (revision === this.#revision && this.#told.size === 0) return false;
    if (revision > this.#revision) this.#told = new Set();
    this.#told.add(name);
    this.#revision = revision;
    return true;
  }

  #setStatus(status: WorkspaceStatus): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    this.#emitter.emit('status', status);
  }
}
