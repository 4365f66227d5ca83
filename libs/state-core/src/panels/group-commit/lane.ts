import type { Change, UndatedChange, PanelKey } from '../model';
import type { Chain } from './chain';
import type { Context } from './contexts';
import type { Decide, RecentChanges, Tip, Written } from './proposal';

/** One caller who waits for a change to be made. */
export interface Write {
  readonly decide: Decide;
  readonly idempotencyKey: string | undefined;
  /** The version its author saw last, where they said so. */
  readonly seenVersion: number | undefined;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
  /** Whose it is, where that is to be known. */
  readonly context: Context | undefined;
  /** When it came, in ticks of this process. */
  readonly arrived: number;
  attempts: number;
  /** Whether the store was asked for an earlier change with the same key, after the panel became known. */
  lookedUp: boolean;
}

/** Whether the store has to be asked first if a write is a retry. */
export function isToLookUp(write: Write): boolean {
  return write.idempotencyKey !== undefined && !write.lookedUp;
}

/** What this process knows of a panel. */
export interface Known {
  readonly panel: Tip | undefined;
  /**
   * The tick at which the store was asked, and had the panel like this then or later; -1 when this is only a hint.
   * It may refuse only writes that came before: a later one may know of changes that other processes made since.
   */
  readonly asked: number;
}

/** How many of a lane's changes are remembered for those who merge. */
const rememberedChanges = 512;
const rememberedKeys = 1024;

/** The writes of one panel: at most one chain of them is under way at a time. */
export class Lane {
  waiting: Write[] = [];
  known: Known | undefined;
  /** Whether a hint will not do, because what was known turned out wrong or unproven. */
  askStore = false;
  busy = false;
  /** How often in a row another process was faster. */
  losses = 0;
  readonly #keyed = new Map<string, Change>();
  #recent: readonly UndatedChange[] = [];

  constructor(
    readonly key: PanelKey,
    readonly text: string,
  ) {}

  /** The change that a request with this key made while this lane has lived. */
  changeWithKey(idempotencyKey: string): Change | undefined {
    return this.#keyed.get(idempotencyKey);
  }

  /** What writes decide by beside the panel itself: the remembered changes and those of the chain. */
  recentChanges(chain: Chain): RecentChanges {
    const recent = this.#recent;
    return {
      get newest() {
        return [...recent, ...chain.changes];
      },
    };
  }

  /** Takes note of changes that are durable. */
  remember(changes: readonly Change[], chain: Chain): void {
    if (this.#keyed.size > rememberedKeys) this.#forgetKeys();
    chain.changes.forEach(({ idempotencyKey }, index) => {
      if (idempotencyKey !== undefined) this.#keyed.set(idempotencyKey, changes[index] as Change);
    });
    this.#recent = [...this.#recent, ...changes].slice(-rememberedChanges);
  }

  /** Forgets the panel: what was known of it turned out wrong, or may have. */
  forget(): void {
    this.known = undefined;
    this.askStore = true;
    this.#recent = [];
    this.#forgetKeys();
  }

  // Who waits was looked up before these were written, and has to ask the store again.
  #forgetKeys(): void {
    this.#keyed.clear();
    for (const write of this.waiting) write.lookedUp = false;
  }
}
