import type { WorkspaceKey } from '../panels/model';
import type { EmbeddingQueue } from './ports';

/** So many workspaces wait at most; what is not asked for is embedded when it is searched. */
const mostWaiting = 10_000;

/** Asks for the vectors of workspaces that change: once in a while for each, however often it changes. */
export class EmbeddingRequests {
  readonly #waiting = new Map<string, WorkspaceKey>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param failed called where the queue cannot be asked
   * @param pauseMs between two requests for the same workspace, in milliseconds
   */
  constructor(
    private readonly queue: EmbeddingQueue,
    private readonly failed: (error: unknown) => void,
    private readonly pauseMs = 1_000,
  ) {}

  /** Notes that a workspace has changed. Never fails. */
  changed({ owner, workspaceId }: WorkspaceKey): void {
    if (this.#waiting.size >= mostWaiting) return;
    this.#waiting.set(`${workspaceId}/${owner}`, { owner, workspaceId });
    this.#timer ??= setTimeout(() => void this.flush(), this.pauseMs).unref();
  }

  /** Asks for what waits now. Never fails. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const workspaces = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(workspaces.map((workspace) => this.queue.request(workspace).catch(this.failed)));
  }
}
