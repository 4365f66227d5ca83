import { StateError, TooMuchContention } from '../errors';
import { type Append, type AppendOutcome, type PanelKey, panelKeyText } from '../panel';
import { Chain } from './chain';
import type { Accepted, Decide, Tip } from './proposal';

/** How group commit reaches the world. */
export interface GroupCommitPorts {
  readonly store: {
    /** The panel as it is, or undefined where it was never created. */
    read(key: PanelKey): Promise<Tip | undefined>;
    /** Appends each entry if its panel is at the expected version; one outcome for each, in order. */
    append(batch: readonly Append[]): Promise<readonly AppendOutcome[]>;
  };
  /** A panel as it probably is, cheaper than the store; undefined when unknown. Must not throw. */
  readonly hint: (key: PanelKey) => Promise<Tip | undefined>;
  /** Told of changes in the order they were accepted, before their callers. Must not throw. */
  readonly announce: (accepted: readonly Accepted[]) => Promise<void>;
}

/** How much goes together. */
export interface GroupCommitLimits {
  /** Batches on their way to the store at once. */
  readonly batchesInFlight: number;
  /** Panels in one batch. */
  readonly panelsPerBatch: number;
  /** How often a write starts over because another process was faster. */
  readonly attempts: number;
}

const defaultLimits: GroupCommitLimits = { batchesInFlight: 2, panelsPerBatch: 64, attempts: 10 };

interface Write {
  readonly decide: Decide;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

/** The writes of one panel: at most one chain of them is under way at a time. */
interface Lane {
  readonly key: PanelKey;
  readonly text: string;
  waiting: Write[];
  /** What this process last saw; `certain` when it came from the store. */
  tip: { panel: Tip | undefined; certain: boolean } | undefined;
  busy: boolean;
}

interface Prepared {
  readonly lane: Lane;
  readonly chain: Chain;
  readonly writes: readonly Write[];
}

/**
 * Group commit: what arrives while a batch is on its way to the store gathers, and goes as one statement. Changes
 * of one panel are chained in memory in the order of arrival; every caller gets a verdict of its own.
 *
 *     write → lane of its panel → (read the panel) → decide, chained → batch → store → announce → caller
 *
 * Nothing is promised by memory alone: each chain is a compare-and-set on the version it started from, and starts
 * over from the store when that misses.
 */
export class GroupCommit {
  readonly #ports: GroupCommitPorts;
  readonly #limits: GroupCommitLimits;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  #batchesInFlight = 0;

  constructor(ports: GroupCommitPorts, limits: Partial<GroupCommitLimits> = {}) {
    this.#ports = ports;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * Makes one change of a panel.
   * @returns the change once it is durable
   * @throws whatever `decide` refused with, judged on the panel as the store has it
   * @throws TooMuchContention when other processes were faster each time
   * @throws Unavailable when the store is away; whether the change happened is then unknown
   */
  write(key: PanelKey, decide: Decide): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      const lane = this.#laneOf(key);
      lane.waiting.push({ decide, resolve, reject, attempts: 0 });
      if (!lane.busy) this.#load(lane);
    });
  }

  #laneOf(key: PanelKey): Lane {
    const text = panelKeyText(key);
    let lane = this.#lanes.get(text);
    if (!lane) {
      lane = { key, text, waiting: [], tip: undefined, busy: false };
      this.#lanes.set(text, lane);
    }
    return lane;
  }

  /** Brings a lane to where it can be decided: its panel known. */
  #load(lane: Lane): void {
    lane.busy = true;
    if (lane.tip) {
      this.#enqueue(lane);
      return;
    }
    void this.#readTip(lane).then(
      () => this.#enqueue(lane),
      (error: unknown) => {
        for (const write of lane.waiting.splice(0)) write.reject(error);
        this.#release(lane);
      },
    );
  }

  async #readTip(lane: Lane): Promise<void> {
    const firstTry = lane.waiting.every((write) => write.attempts === 0);
    const hint = firstTry ? await this.#ports.hint(lane.key) : undefined;
    lane.tip = hint
      ? { panel: hint, certain: false }
      : { panel: await this.#ports.store.read(lane.key), certain: true };
  }

  #enqueue(lane: Lane): void {
    this.#ready.push(lane);
    this.#startBatches();
  }

  #startBatches(): void {
    while (this.#ready.length > 0 && this.#batchesInFlight < this.#limits.batchesInFlight) {
      const lanes = this.#ready.splice(0, this.#limits.panelsPerBatch);
      const batch = lanes.map((lane) => this.#prepare(lane)).filter((prepared) => prepared !== undefined);
      if (batch.length === 0) continue;
      this.#batchesInFlight++;
      void this.#commit(batch).finally(() => {
        this.#batchesInFlight--;
        this.#startBatches();
      });
    }
  }

  /** Lets every waiting write decide, each on the result of the one before it. */
  #prepare(lane: Lane): Prepared | undefined {
    const tip = lane.tip ?? { panel: undefined, certain: false };
    const chain = new Chain(lane.key, tip.panel);
    const writes: Write[] = [];
    const doubtful: Write[] = [];
    for (const write of lane.waiting.splice(0)) {
      try {
        chain.add(write.decide(chain.tip));
        writes.push(write);
      } catch (error) {
        // A refusal on a hint, or on a change that may yet fail, proves nothing: the store has to confirm it.
        if (tip.certain && chain.length === 0) write.reject(error);
        else if (error instanceof StateError) doubtful.push(write);
        else write.reject(error);
      }
    }
    lane.waiting.unshift(...doubtful);
    if (chain.length > 0) return { lane, chain, writes };
    if (!tip.certain) for (const write of doubtful) write.attempts++;
    if (!tip.certain) lane.tip = undefined;
    this.#release(lane);
    return undefined;
  }

  async #commit(batch: readonly Prepared[]): Promise<void> {
    let outcomes: readonly AppendOutcome[];
    try {
      outcomes = await this.#ports.store.append(batch.map(({ chain }) => chain.toAppend()));
    } catch (error) {
      for (const { lane, writes } of batch) {
        lane.tip = undefined;
        for (const write of writes) write.reject(error);
        this.#release(lane);
      }
      return;
    }
    batch.forEach((prepared, index) => this.#settle(prepared, outcomes[index] as AppendOutcome));
  }

  #settle({ lane, chain, writes }: Prepared, outcome: AppendOutcome): void {
    if (outcome.outcome === 'appended') {
      const accepted = chain.accepted(outcome.occurredAt);
      lane.tip = { panel: accepted.at(-1)?.panel, certain: true };
      void this.#ports
        .announce(accepted)
        .finally(() => writes.forEach((write, index) => write.resolve(accepted[index] as Accepted)));
    } else {
      lane.tip = undefined;
      const again = writes.filter((write) => this.#mayTryAgain(lane, write));
      lane.waiting.unshift(...again);
    }
    this.#release(lane);
  }

  #mayTryAgain(lane: Lane, write: Write): boolean {
    write.attempts++;
    if (write.attempts < this.#limits.attempts) return true;
    write.reject(new TooMuchContention(lane.key.panelId, write.attempts));
    return false;
  }

  /** A lane lives only while it has writes: an idle process holds no states. */
  #release(lane: Lane): void {
    lane.busy = false;
    if (lane.waiting.length > 0) this.#load(lane);
    else this.#lanes.delete(lane.text);
  }
}
