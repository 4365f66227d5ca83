import { StateError } from '@nexus-state/documents';
import { TooMuchContention } from '../../errors';
import {
  type Append,
  type AppendOutcome,
  type BuildAppend,
  type Change,
  type PanelKey,
  panelKeyText,
} from '../model';
import { type Contexts, inContext, inContexts, owned } from './contexts';
import { type Prepared, decideWaiting } from './decide-waiting';
import { type GroupCommitLimits, groupCommitDefaults } from './group-commit-limits';
import { Lane, type Write, isToLookUp } from './lane';
import type { Accepted, Decide, Tip, Written } from './proposal';

/** How group commit reaches the world. */
export interface GroupCommitPorts {
  readonly store: {
    /** The panel as it is, or undefined where it was never created. */
    read(key: PanelKey): Promise<Tip | undefined>;
    /**
     * Appends each entry if its panel is at the expected version; one outcome for each, in order. Throws
     * `Unavailable` when it is unknown what happened; whatever else it throws means that nothing was stored.
     */
    append(batch: readonly Append[]): Promise<readonly AppendOutcome[]>;
    /** Appends to one panel while every other writer of it waits; undefined when `build` gives nothing to append. */
    appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined>;
    /** The change that was made under an idempotency key, or undefined. */
    findByIdempotencyKey(key: PanelKey, idempotencyKey: string): Promise<Change | undefined>;
  };
  /**
   * A panel as it probably is, cheaper than the store; undefined when unknown. Must not throw.
   * @param seenVersion the version that the writer saw last, where they said so
   */
  readonly hint: (key: PanelKey, seenVersion?: number) => Promise<Tip | undefined> | Tip | undefined;
  /** Told of changes in the order they were accepted, before their callers. Must not throw. */
  readonly announce: (accepted: readonly Accepted[]) => Promise<void>;
  /** Where it is to be known on whose behalf each change is written and announced. */
  readonly contexts?: Contexts | undefined;
}

type Find = (idempotencyKey: string) => Promise<Change | undefined>;

/**
 * Group commit: what arrives in one turn of the event loop, or while batches are on their way to the store, gathers
 * and goes as one statement. Changes of one panel are chained in memory in the order of arrival; every caller gets a
 * verdict of its own.
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
  #starting = false;
  #ticks = 0;

  constructor(ports: GroupCommitPorts, limits: Partial<GroupCommitLimits> = {}) {
    this.#ports = ports;
    this.#limits = { ...groupCommitDefaults, ...limits };
  }

  /**
   * Makes one change of a panel.
   * @param idempotencyKey under which a retry finds the change instead of making another
   * @param seenVersion the version that the writer saw last, where they said so: helps to guess which one is the newest
   * @returns the change once it is durable
   * @throws whatever `decide` refused with, judged on the panel as the store has it
   * @throws TooMuchContention when other processes were faster each time
   * @throws Unavailable when the store is away; whether the change happened is then unknown
   */
  write(key: PanelKey, decide: Decide, idempotencyKey?: string, seenVersion?: number): Promise<Written> {
    return new Promise((resolve, reject) => {
      const lane = this.#laneOf(key);
      const arrived = ++this.#ticks;
      const context = this.#ports.contexts?.capture();
      const write = { decide, idempotencyKey, seenVersion, resolve, reject, context, arrived };
      lane.waiting.push({ ...write, attempts: 0, lookedUp: false });
      if (!lane.busy) this.#load(lane);
    });
  }

  #laneOf(key: PanelKey): Lane {
    const text = panelKeyText(key);
    let lane = this.#lanes.get(text);
    if (!lane) {
      lane = new Lane(key, text);
      this.#lanes.set(text, lane);
    }
    return lane;
  }

  /** Brings a lane to where it can be decided: its panel known, and then whether its writes are retries. */
  #load(lane: Lane): void {
    lane.busy = true;
    if (this.#isContended(lane) || (lane.known && !lane.waiting.some(isToLookUp))) {
      this.#enqueue(lane);
      return;
    }
    void inContext(lane.waiting[0]?.context, () => this.#read(lane)).then(
      () => this.#enqueue(lane),
      (error: unknown) => {
        for (const write of lane.waiting.splice(0)) write.reject(error);
        this.#release(lane);
      },
    );
  }

  async #read(lane: Lane): Promise<void> {
    if (!lane.known) {
      const hint = lane.askStore ? undefined : await this.#ports.hint(lane.key, lane.waiting[0]?.seenVersion);
      const asked = hint ? -1 : ++this.#ticks;
      lane.known = { panel: hint ?? (await this.#ports.store.read(lane.key)), asked };
      lane.askStore = false;
    }
    // After the panel is known: a retry that another process writes from here on moves the panel, and the
    // compare-and-set misses.
    await this.#lookUpAll(lane, (key) => this.#ports.store.findByIdempotencyKey(lane.key, key));
  }

  async #lookUpAll(lane: Lane, find: Find): Promise<void> {
    for (const write of lane.waiting.filter(isToLookUp)) await this.#lookUp(lane, write, find);
  }

  async #lookUp(lane: Lane, write: Write, find: Find): Promise<void> {
    const change = await find(write.idempotencyKey as string);
    write.lookedUp = true;
    if (!change) return;
    lane.waiting = lane.waiting.filter((other) => other !== write);
    write.resolve({ change, replayed: true });
  }

  #enqueue(lane: Lane): void {
    this.#ready.push(lane);
    this.#startSoon();
  }

  /**
   * Starts batches at the end of this turn of the event loop: what becomes ready in one turn goes together. Started at
   * once, the first of many would go alone, and the statement would cost it as much as the many.
   */
  #startSoon(): void {
    if (this.#starting) return;
    this.#starting = true;
    setImmediate(() => {
      this.#starting = false;
      this.#startBatches();
    });
  }

  #startBatches(): void {
    while (this.#ready.length > 0 && this.#batchesInFlight < this.#limits.batchesInFlight) {
      const contended = this.#ready.findIndex((lane) => this.#isContended(lane));
      if (contended >= 0) {
        const [lane] = this.#ready.splice(contended, 1);
        this.#run(
          () => (lane as Lane).waiting,
          () => this.#commitExclusively(lane as Lane),
        );
        continue;
      }
      const lanes = this.#ready.splice(0, this.#limits.panelsPerBatch);
      const batch = lanes.map((lane) => this.#prepare(lane)).filter((prepared) => prepared !== undefined);
      const writes = () => batch.flatMap((prepared) => prepared.writes);
      if (batch.length > 0) this.#run(writes, () => this.#commit(batch));
    }
  }

  #run(writes: () => readonly Write[], commit: () => Promise<void>): void {
    this.#batchesInFlight++;
    void inContexts(this.#ports.contexts, writes, commit).finally(() => {
      this.#batchesInFlight--;
      this.#startSoon();
    });
  }

  #isContended(lane: Lane): boolean {
    return lane.losses >= this.#limits.lossesBeforeExclusive;
  }

  /** Decides and appends while other processes wait: a panel that is written everywhere goes round. */
  async #commitExclusively(lane: Lane): Promise<void> {
    const asked = ++this.#ticks;
    let prepared: Prepared | undefined;
    try {
      const outcome = await this.#ports.store.appendExclusively(lane.key, async (panel, find) => {
        lane.known = { panel, asked };
        await this.#lookUpAll(lane, find);
        prepared = decideWaiting(lane, this.#limits.changesPerPanel);
        return prepared?.chain.toAppend();
      });
      if (prepared && outcome) this.#settle(prepared, outcome, asked);
      else this.#giveBack(lane);
    } catch (error) {
      this.#fail({ lane, writes: prepared?.writes ?? lane.waiting.splice(0) }, error);
    }
  }

  /** Makes what a lane's writes decide on ready to be committed; where that is nothing, the lane goes on. */
  #prepare(lane: Lane): Prepared | undefined {
    const prepared = decideWaiting(lane, this.#limits.changesPerPanel);
    if (!prepared) this.#giveBack(lane);
    return prepared;
  }

  /** Ends a lane's turn without a commit: what still waits needs another look at the store, or at its retries. */
  #giveBack(lane: Lane): void {
    if (lane.waiting.some((write) => !isToLookUp(write))) lane.forget();
    this.#release(lane);
  }

  async #commit(batch: readonly Prepared[]): Promise<void> {
    const asked = ++this.#ticks;
    let outcomes: readonly AppendOutcome[];
    try {
      outcomes = await this.#ports.store.append(batch.map(({ chain }) => chain.toAppend()));
    } catch (error) {
      // Unless it is unknown what happened, perhaps one entry is to blame: each gets a verdict of its own.
      if (batch.length > 1 && !(error instanceof StateError))
        for (const one of batch) await this.#commit([one]);
      else for (const one of batch) this.#fail(one, error);
      return;
    }
    batch.forEach((prepared, index) => {
      const outcome = outcomes[index];
      if (outcome) this.#settle(prepared, outcome, asked);
      else this.#fail(prepared, new Error('The store owes an outcome for each entry.'));
    });
  }

  #fail({ lane, writes }: Pick<Prepared, 'lane' | 'writes'>, error: unknown): void {
    lane.forget();
    for (const write of writes) write.reject(error);
    this.#release(lane);
  }

  #settle({ lane, chain, writes }: Prepared, outcome: AppendOutcome, asked: number): void {
    if (outcome.outcome === 'appended') {
      const accepted = owned(chain.accepted(outcome.occurredAt), writes);
      const changes = accepted.map(({ change }) => change);
      lane.known = { panel: accepted.at(-1)?.panel, asked };
      // Not back to none after an exclusive turn: where the panel is still written elsewhere, one loss is enough.
      lane.losses = this.#isContended(lane) ? this.#limits.lossesBeforeExclusive - 1 : 0;
      lane.remember(changes, chain);
      // The changes are durable: whatever becomes of the announcement, their callers are told so.
      const tell = (): void =>
        writes.forEach((write, index) =>
          write.resolve({ change: changes[index] as Change, replayed: false }),
        );
      void this.#announce(accepted).then(tell, tell);
    } else {
      lane.waiting.unshift(...writes.filter((write) => this.#mayTryAgain(lane, write)));
      lane.forget();
      lane.losses++;
    }
    this.#release(lane);
  }

  // Async so that a port that throws becomes a rejection; the port itself is called at once, in order of acceptance.
  async #announce(accepted: readonly Accepted[]): Promise<void> {
    await this.#ports.announce(accepted);
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
