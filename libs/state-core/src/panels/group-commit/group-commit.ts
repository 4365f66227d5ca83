import { type JsonObject, StateError } from '@nexus-state/documents';
import { TooMuchContention } from '../../errors';
import { type AppendOutcome, type Change, type PanelKey, panelKeyText } from '../model';
import type { WriteRequest, Written } from './change-draft';
import { respondToRepeated } from './respond-to-repeated';
import { Crowds, type Lane, lanes } from './crowds';
import { decideHeld } from './decide-held';
import { type Decided, decideWaiting } from './decide-waiting';
import { type GroupCommitLimits, groupCommitDefaults } from './group-commit-limits';
import type { Announce, GroupCommitPorts } from './group-commit-ports';
import { PanelWriteQueue, type PendingWrite, isToLookUp } from './panel-write-queue';
import { ReadyWork } from './ready-work';
import { inTrace, inTraces, withTraces } from './trace-context';

/**
 * Group commit: requests that arrive in one turn of the event loop, or while batches are on their way to the store, go as one
 * statement. Changes of one panel are decided in memory in the order of arrival, each on the result of the one before.
 *
 *     write → queue of its panel → (read the panel) → decide → batch → store → announce → caller
 *
 * Memory promises nothing: what is decided for a panel is a compare-and-set on the version it started from, and starts over
 * from the store when that misses. `PanelWriteQueue` draws the states of one panel.
 * @typeParam R what a caller asks for
 * @typeParam H what may be read of a panel's history to decide it
 */
export class GroupCommit<R extends WriteRequest, H = never> {
  readonly #ports: GroupCommitPorts<R, H>;
  readonly #limits: GroupCommitLimits;
  readonly #queues = new Map<string, PanelWriteQueue<R, H>>();
  readonly #crowds: Crowds;
  readonly #ready: ReadyWork<R, H>;
  readonly #inFlight: Record<Lane, number> = { shared: 0, crowded: 0 };
  #starting = false;
  #ticks = 0;

  constructor(ports: GroupCommitPorts<R, H>, limits: Partial<GroupCommitLimits> = {}) {
    this.#ports = ports;
    this.#limits = { ...groupCommitDefaults, ...limits };
    this.#crowds = new Crowds(this.#limits.crowdedFrom);
    this.#ready = new ReadyWork(this.#crowds);
  }

  /**
   * Makes one change of a panel.
   * @returns the change once it is durable
   * @throws IdempotencyKeyReused when another request has used its key; LockLost when its lock has a newer number
   * @throws the refusal of `decide`, on the panel as the store has it
   * @throws TooMuchContention when other processes were faster each time
   * @throws Unavailable when the store is away (the outcome is unknown), or an older cached copy may still be read (it is durable)
   */
  write(request: R): Promise<Written> {
    const written = new Promise<Written>((resolve, reject) => {
      this.#wait({
        request,
        resolve,
        reject,
        trace: this.#ports.tracer?.capture(),
        arrived: ++this.#ticks,
        attempts: 0,
        lookedUp: false,
        history: undefined,
        historyReads: 0,
      });
    });
    return this.#crowds.count(request.key, written);
  }

  #wait(write: PendingWrite<R, H>): void {
    const queue = this.#queueOf(write.request.key);
    queue.wait(write);
    if (queue.state === 'idle') this.#load(queue);
  }

  #queueOf(key: PanelKey): PanelWriteQueue<R, H> {
    const text = panelKeyText(key);
    let queue = this.#queues.get(text);
    if (!queue) {
      queue = new PanelWriteQueue(key, text, this.#crowds.of(key));
      this.#queues.set(text, queue);
    }
    return queue;
  }

  /** Brings a queue to where it can be decided: its panel known, and then whether its writes are retries. */
  #load(queue: PanelWriteQueue<R, H>): void {
    queue.state = 'loading';
    if (this.#isContended(queue) || (queue.known && !queue.waiting.some(isToLookUp))) {
      this.#enqueue(queue);
      return;
    }
    void inTrace(queue.waiting[0]?.trace, () => this.#read(queue)).then(
      () => this.#enqueue(queue),
      (error: unknown) => {
        for (const write of queue.waiting.splice(0)) write.reject(error);
        this.#release(queue);
      },
    );
  }

  async #read(queue: PanelWriteQueue<R, H>): Promise<void> {
    if (!queue.known) {
      const first = queue.askStore ? undefined : queue.waiting[0];
      const cached = first && (await this.#ports.cachedPanel(first.request));
      const asked = cached ? -1 : ++this.#ticks;
      queue.known = { panel: cached ?? (await this.#ports.store.read(queue.key)), asked };
      queue.askStore = false;
    }
    // After the panel is known: where another process uses the key from here on, the store does not give it out again.
    const { panelId } = queue.key;
    await respondToRepeated(queue, (request) => this.#ports.store.findKept(queue.key, request, [panelId]));
  }

  #enqueue(queue: PanelWriteQueue<R, H>): void {
    queue.state = 'ready';
    this.#ready.add(queue);
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
    for (const lane of lanes)
      while (this.#inFlight[lane] < this.#limits.batchesInFlight && this.#ready.has(lane))
        this.#startBatch(lane);
  }

  #startBatch(lane: Lane): void {
    const [queue] = this.#ready.takeQueues(lane, 1, (one) => this.#isContended(one));
    const exclusively = (one: PanelWriteQueue<R, H>) => () => this.#commitExclusively(one);
    if (queue) return this.#run(lane, () => queue.waiting, exclusively(queue));
    const batch = this.#nextBatch(lane);
    const writes = () => batch.flatMap((decided) => decided.writes);
    if (batch.length > 0) this.#run(lane, writes, () => this.#commit(batch));
  }

  /** What the next queues are decided to be; those that take long go with a later batch. */
  #nextBatch(lane: Lane): Decided<R, H>[] {
    const batch = this.#ready.takeDecided(lane, this.#limits.panelsPerBatch);
    for (const queue of this.#ready.takeQueues(lane, this.#limits.panelsPerBatch - batch.length)) {
      queue.state = 'committing';
      const decided = decideWaiting(queue, this.#ports.decide, this.#limits.changesPerPanel);
      if (decided instanceof Promise) void decided.then((late) => this.#commitSoon(late));
      else if (this.#isToCommit(decided)) batch.push(decided);
    }
    return batch;
  }

  #commitSoon(decided: Decided<R, H>): void {
    if (!this.#isToCommit(decided)) return;
    this.#ready.addDecided(decided);
    this.#startSoon();
  }

  #run(lane: Lane, writes: () => readonly PendingWrite<R, H>[], commit: () => Promise<void>): void {
    this.#inFlight[lane]++;
    void inTraces(this.#ports.tracer, writes, commit).finally(() => {
      this.#inFlight[lane]--;
      this.#startSoon();
    });
  }

  #isContended(queue: PanelWriteQueue<R, H>): boolean {
    return queue.losses >= this.#limits.lossesBeforeExclusive;
  }

  /** Decides and appends while other processes wait: a panel that many processes write goes round. */
  async #commitExclusively(queue: PanelWriteQueue<R, H>): Promise<void> {
    queue.state = 'committing';
    const asked = ++this.#ticks;
    const announce = this.#ports.announcing();
    let decided: Decided<R, H> | undefined;
    try {
      const outcome = await this.#ports.store.appendExclusively(queue.key, async (panel, find, since) => {
        queue.hold(panel, asked);
        await respondToRepeated(queue, find);
        decided = await decideHeld(queue, this.#ports, since, this.#limits.changesPerPanel);
        return decided.pending.length > 0 ? decided.pending.toAppend() : undefined;
      });
      if (decided && outcome) this.#settle(decided, outcome, asked, announce);
      else this.#lookAgain(queue);
      decided?.needHistory.forEach((write) => this.#readHistory(write));
    } catch (error) {
      this.#fail({ queue, writes: decided?.writes ?? queue.waiting.splice(0) }, error);
    }
  }

  /** Whether there is something to commit; where there is not, the queue goes on. */
  #isToCommit({ queue, pending, needHistory }: Decided<R, H>): boolean {
    if (pending.length === 0) this.#lookAgain(queue);
    needHistory.forEach((write) => this.#readHistory(write));
    return pending.length > 0;
  }

  /** Ends a turn without a commit: what still waits needs another look at the store, or at its retries. */
  #lookAgain(queue: PanelWriteQueue<R, H>): void {
    if (queue.waiting.some((write) => !isToLookUp(write))) queue.forget();
    this.#release(queue);
  }

  /** Reads what a write needs of history, and lets it wait again. */
  #readHistory(write: PendingWrite<R, H>): void {
    void inTrace(write.trace, () => this.#ports.readHistory(write.request, write.history)).then((history) => {
      write.history = history;
      write.historyReads++;
      write.lookedUp = false;
      this.#wait(write);
    }, write.reject);
  }

  async #commit(batch: readonly Decided<R, H>[]): Promise<void> {
    const asked = ++this.#ticks;
    const announce = this.#ports.announcing();
    let outcomes: readonly AppendOutcome[];
    try {
      outcomes = await this.#ports.store.append(batch.map(({ pending }) => pending.toAppend()));
    } catch (error) {
      // Unless it is unknown what happened, perhaps one entry is to blame: each gets an answer of its own.
      if (batch.length > 1 && !(error instanceof StateError))
        for (const one of batch) await this.#commit([one]);
      else for (const one of batch) this.#fail(one, error);
      return;
    }
    batch.forEach((decided, index) => {
      const outcome = outcomes[index];
      if (outcome) this.#settle(decided, outcome, asked, announce);
      else this.#fail(decided, new Error('The store owes an outcome for each entry.'));
    });
  }

  #fail({ queue, writes }: Pick<Decided<R, H>, 'queue' | 'writes'>, error: unknown): void {
    queue.forget();
    for (const write of writes) write.reject(error);
    this.#release(queue);
  }

  #settle(
    { queue, pending, writes }: Decided<R, H>,
    outcome: AppendOutcome,
    asked: number,
    announce: Announce,
  ): void {
    if (outcome.outcome === 'appended') {
      const accepted = withTraces(pending.accepted(outcome), writes);
      const changes = accepted.map(({ change }) => change);
      queue.known = { panel: accepted.at(-1)?.panel, asked };
      // Not back to none after an exclusive turn: where the panel is still written elsewhere, one loss is enough.
      queue.losses = this.#isContended(queue) ? this.#limits.lossesBeforeExclusive - 1 : 0;
      const { facts } = pending;
      queue.remember(changes, writes, pending);
      const answer = (error?: unknown): void =>
        writes.forEach((write, index) => {
          if (error instanceof StateError) write.reject(error);
          // The changes are durable: a fault in the announcement takes nothing from that.
          else
            write.resolve({
              change: changes[index] as Change,
              facts: facts[index] as JsonObject,
              replayed: false,
            });
        });
      // A port that throws becomes a rejection; the port itself is called at once, in order of acceptance.
      void (async () => announce(accepted))().then(() => answer(), answer);
    } else if (outcome.outcome === 'lock-lost' || outcome.outcome === 'turn-ended') {
      return this.#fail({ queue, writes }, pending.refusalOf(outcome.outcome));
    } else if (outcome.outcome === 'needs-approval') {
      queue.withhold(writes, outcome);
    } else {
      queue.waiting.unshift(...writes.filter((write) => this.#mayTryAgain(write)));
      queue.forget();
      if (outcome.outcome === 'version-mismatch') queue.losses++;
    }
    this.#release(queue);
  }

  #mayTryAgain(write: PendingWrite<R, H>): boolean {
    write.attempts++;
    if (write.attempts < this.#limits.attempts) return true;
    write.reject(new TooMuchContention(write.request.key.panelId, write.attempts));
    return false;
  }

  /** A queue lives only while it has writes: an idle process holds no states. */
  #release(queue: PanelWriteQueue<R, H>): void {
    queue.state = 'idle';
    if (queue.waiting.length > 0) this.#load(queue);
    else this.#queues.delete(queue.text);
  }
}
