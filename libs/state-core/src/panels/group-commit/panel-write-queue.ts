import type { Change, PanelKey, UndatedChange } from '../model';
import type { CurrentPanel, RecentChanges, WriteRequest, Written } from './change-draft';
import type { PendingChanges } from './pending-changes';
import type { TraceContext } from './trace-context';

/** One request that waits to be decided and stored. */
export interface PendingWrite<R extends WriteRequest, H> {
  readonly request: R;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
  /** The trace of the request, where requests are traced. */
  readonly trace: TraceContext | undefined;
  /** When it came, in ticks of this process. */
  readonly arrived: number;
  attempts: number;
  /** Whether the store was asked for an earlier change with the same key, after the panel became known. */
  lookedUp: boolean;
  /** What was read of the panel's history, because deciding the request needed it. */
  history: H | undefined;
}

/** Whether the store has to be asked first if a write is a retry. */
export function isToLookUp({
  request,
  lookedUp,
}: Pick<PendingWrite<WriteRequest, unknown>, 'request' | 'lookedUp'>): boolean {
  return request.idempotencyKey !== undefined && !lookedUp;
}

/** What this process knows of a panel. */
export interface KnownPanel {
  readonly panel: CurrentPanel | undefined;
  /**
   * The tick at which the store was asked, and had the panel like this then or later; -1 when this came from a cache.
   * It may refuse only writes that came before: a later one may know of changes that other processes made since.
   */
  readonly asked: number;
}

/** How many of a panel's changes are remembered for those who merge. */
const maxRememberedChanges = 512;
const maxRememberedKeys = 1024;

/**
 * The writes of one panel. At most one batch of them is on its way to the store.
 *
 * ```
 *             write                    panel known,
 *  ┌──────┐ ─────────► ┌─────────┐ ───retries found──► ┌───────┐ ──a batch has room──► ┌────────────┐
 *  │ idle │            │ loading │                     │ ready │                       │ committing │
 *  └──▲───┘ ◄───────── └──▲──┬───┘                     └───────┘                       └──┬───┬─────┘
 *     │     read failed:  │  │ panel known already                                        │   │
 *     │     all rejected  │  └──────────────► ready                                       │   │
 *     │                   └───────────────── more writes wait ────────────────────────────┘   │
 *     └────────────────────────────────────── nothing waits ─────────────────────────────────┘
 * ```
 *
 * After several lost races in a row the queue is *contended*: its next commit holds the panel in the store while it
 * decides, so that the process that is ahead does not starve the others. Then nothing is read before.
 */
export class PanelWriteQueue<R extends WriteRequest, H> {
  state: 'idle' | 'loading' | 'ready' | 'committing' = 'idle';
  waiting: PendingWrite<R, H>[] = [];
  /** The panel as far as it is known; undefined where it has to be read first. */
  known: KnownPanel | undefined;
  /** Whether a cached panel will not do, because what was known turned out wrong or unproven. */
  askStore = false;
  /** How often in a row another process was faster. */
  losses = 0;
  readonly #keyed = new Map<string, Change>();
  #recent: readonly UndatedChange[] = [];

  constructor(
    readonly key: PanelKey,
    /** The key as text, under which the queue is kept. */
    readonly text: string,
  ) {}

  /** The change that a request with this key made while this queue has existed. */
  changeWithKey(idempotencyKey: string): Change | undefined {
    return this.#keyed.get(idempotencyKey);
  }

  /** What writes are decided by beside the panel itself: the remembered changes and those that are pending. */
  recentChanges(pending: PendingChanges): RecentChanges {
    const recent = this.#recent;
    return {
      get newest() {
        return [...recent, ...pending.changes];
      },
    };
  }

  /** Remembers changes that are durable. */
  remember(changes: readonly Change[], pending: PendingChanges): void {
    if (this.#keyed.size > maxRememberedKeys) this.#forgetKeys();
    pending.changes.forEach(({ idempotencyKey }, index) => {
      if (idempotencyKey !== undefined) this.#keyed.set(idempotencyKey, changes[index] as Change);
    });
    this.#recent = [...this.#recent, ...changes].slice(-maxRememberedChanges);
  }

  /** Forgets the panel: what was known of it turned out wrong, or may have. */
  forget(): void {
    this.known = undefined;
    this.askStore = true;
    this.#recent = [];
    this.#forgetKeys();
  }

  // Those that wait were looked up before these were written, and have to ask the store again.
  #forgetKeys(): void {
    this.#keyed.clear();
    for (const write of this.waiting) write.lookedUp = false;
  }
}
