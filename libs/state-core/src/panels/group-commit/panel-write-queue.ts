import { NeedsApproval } from '../../errors';
import type { JsonObject } from '@nexus-state/documents';
import type { Change, IdempotentRequest, PanelKey, UndatedChange } from '../model';
import type { CurrentPanel, RecentChanges, WriteRequest, Written } from './change-draft';
import type { Crowd } from './crowds';
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
  /** Whether the store was asked what it has kept under the key, after the panel became known. */
  lookedUp: boolean;
  /** What was read of the panel's history, because deciding the request needed it. */
  history: H | undefined;
  /** How often it was read. */
  historyReads: number;
}

/** Whether the store has to be asked first if a write is a repeated request. */
export function isToLookUp({
  request,
  lookedUp,
}: Pick<PendingWrite<WriteRequest, unknown>, 'request' | 'lookedUp'>): boolean {
  return request.request !== undefined && !lookedUp;
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

/** What a request with an idempotency key came to. */
export interface KeyedWrite {
  readonly fingerprint: string;
  readonly change: Change;
  readonly facts: JsonObject;
}

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
 * decides, so that the process that is ahead does not starve the others. Then nothing is read before. So it is where history was
 * read for a write several times, and had gone on each time.
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
  readonly #keyed = new Map<string, KeyedWrite>();
  #recent: readonly UndatedChange[] = [];

  constructor(
    readonly key: PanelKey,
    /** The key as text, under which the queue is kept. */
    readonly text: string,
    /** The writes of its workspace. */
    readonly crowd: Crowd,
  ) {}

  /** Has a write wait. Each time that history was read for it, it had gone on before the write was decided: a race lost, too. */
  wait(write: PendingWrite<R, H>): void {
    this.waiting.push(write);
    this.losses = Math.max(this.losses, write.historyReads);
  }

  /** What a request with this key came to while this queue has existed. */
  writtenWith(request: IdempotentRequest): KeyedWrite | undefined {
    return this.#keyed.get(keyText(request));
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

  /** Remembers changes that are durable, and the writes that they came from. */
  remember(
    changes: readonly Change[],
    writes: readonly PendingWrite<R, H>[],
    { facts }: Pick<PendingChanges, 'facts'>,
  ): void {
    if (this.#keyed.size > maxRememberedKeys) this.#forgetKeys();
    writes.forEach(({ request: { request } }, index) => {
      const [change, said] = [changes[index], facts[index]];
      if (request && change && said)
        this.#keyed.set(keyText(request), { fingerprint: request.fingerprint, change, facts: said });
    });
    this.#recent = [...this.#recent, ...changes].slice(-maxRememberedChanges);
  }

  /** Refuses the write that an approval rule holds back; the others are decided again without it. */
  withhold(
    writes: readonly PendingWrite<R, H>[],
    { index, approvers }: { readonly index: number; readonly approvers: unknown },
  ): void {
    writes[index]?.reject(new NeedsApproval(this.key.panelId, approvers));
    this.waiting.unshift(...writes.filter((_, place) => place !== index));
    this.forget();
  }

  /** Takes the panel as the store holds it now. Where others have changed it, what is remembered of its changes does not lead there. */
  hold(panel: CurrentPanel | undefined, asked: number): void {
    if (panel?.version !== this.known?.panel?.version) this.#recent = [];
    this.known = { panel, asked };
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

function keyText({ actor, key }: IdempotentRequest): string {
  return JSON.stringify([actor, key]);
}
