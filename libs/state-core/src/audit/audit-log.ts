import { AuditPending, AuditUnavailable } from '../errors';
import type { AuditAction, AuditRecord } from './model';
import type { AuditObserver, AuditSink } from './ports';

/** What the log does where the sink fails, and which reads it has. */
export interface AuditRules {
  /** The share of reads that are on the log, from 0 to 1. */
  readonly reads: number;
  /** While the sink fails, writes are refused; or they go on, and their records wait in memory. */
  readonly onFailure: 'refuse' | 'continue';
  /** How many records may wait. Beyond it, writes wait; records of reads are given up. */
  readonly maxWaiting?: number;
  /** How long a write waits for a sink that fails, before it is refused. */
  readonly patienceMs?: number;
  /** The pause after a first failure; it doubles up to the last one. */
  readonly retryMs?: readonly [first: number, last: number];
  /** How long records of reads are gathered. */
  readonly gatherMs?: number;
}

/** A write that waits until the sink has kept everything up to its last record. */
interface Waiter {
  readonly upTo: number;
  done(error?: Error): void;
}

const batchRecords = 1_000;

/**
 * The audit log of one process. Records gather while the sink is busy and go to it in batches, so that many requests cost one append.
 * A write ends after its record was kept. Where the sink fails, its records wait in memory and are appended again until they are kept.
 */
export class AuditLog {
  readonly #waiting: AuditRecord[] = [];
  readonly #waiters: Waiter[] = [];
  /** How many records the sink has kept: the place of the first one that waits. */
  #settled = 0;
  #running: Promise<void> | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #failing = false;
  #wake: (() => void) | undefined;
  #closed = false;
  readonly #maxWaiting: number;
  readonly #patienceMs: number;
  readonly #retryMs: readonly [first: number, last: number];
  readonly #gatherMs: number;

  /**
   * @param sink undefined where there is no audit log: then nothing is put down
   * @param random from 0 to 1: which reads are on the log
   */
  constructor(
    private readonly sink: AuditSink | undefined,
    private readonly rules: AuditRules,
    private readonly observer: AuditObserver,
    private readonly random: () => number = Math.random,
  ) {
    this.#maxWaiting = rules.maxWaiting ?? 100_000;
    this.#patienceMs = rules.patienceMs ?? 5_000;
    this.#retryMs = rules.retryMs ?? [100, 5_000];
    this.#gatherMs = rules.gatherMs ?? 100;
  }

  /** How many records wait for the sink. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether the sink fails now. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Whether a request that does this is on the log: every write, and the share of reads that the rules name. */
  takes(action: AuditAction): boolean {
    if (!this.sink) return false;
    if (action === 'write') return true;
    const { reads } = this.rules;
    return reads >= 1 || (reads > 0 && this.random() < reads);
  }

  /**
   * To be called before anything is written.
   * @throws AuditUnavailable while the sink fails, where the rules say so; and where too many records wait for too long
   */
  async requireWritable(): Promise<void> {
    if (!this.#failing) return;
    if (this.rules.onFailure === 'refuse') throw new AuditUnavailable();
    if (this.#waiting.length < this.#maxWaiting) return;
    // Room is made once the first batch has been kept.
    await this.#until(this.#settled + 1).catch(() => {
      throw new AuditUnavailable();
    });
  }

  /** Puts down a read, or what was refused: nobody waits for it, and it is given up where too much waits. */
  note(record: AuditRecord): void {
    if (!this.sink) return;
    if (this.#waiting.length >= this.#maxWaiting) {
      this.observer.dropped(1);
      return;
    }
    this.#waiting.push(record);
    if (this.#closed || this.#waiting.length >= batchRecords) this.#run();
    else this.#gathering ??= setTimeout(() => this.#run(), this.#gatherMs).unref();
  }

  /**
   * Puts down what was written, and waits until that is kept. Where the sink fails and writes are to go on, the records wait alone.
   * @throws AuditPending where it was not kept in time; it will be
   */
  async keep(records: readonly AuditRecord[]): Promise<void> {
    if (!this.sink) return;
    this.#waiting.push(...records);
    const upTo = this.#settled + this.#waiting.length;
    this.#run();
    if (this.#failing && this.rules.onFailure === 'continue') return;
    await this.#until(upTo).catch((error: unknown) => {
      if (this.rules.onFailure === 'refuse') throw error;
    });
  }

  /**
   * Appends what waits, and closes the sink.
   * @returns the records that could not be kept: the caller writes them where it can
   */
  async close(): Promise<readonly AuditRecord[]> {
    this.#closed = true;
    this.#wake?.();
    // Twice: the first one may be at its end already.
    for (let time = 0; time < 2; time++) {
      this.#run();
      await this.#running;
    }
    await this.sink?.close();
    return this.#waiting.splice(0);
  }

  /** Waits until so many records were settled. @throws AuditPending */
  async #until(upTo: number): Promise<void> {
    if (this.#settled >= upTo) return;
    await new Promise<void>((resolve, reject) => {
      const waiter = { upTo, done: (error?: Error) => (error ? reject(error) : resolve()) };
      this.#waiters.push(waiter);
      if (this.#failing) this.#giveUpLater(waiter);
    });
  }

  #run(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const { sink } = this;
    if (!sink) return;
    this.#running ??= this.#appendAll(sink).finally(() => {
      this.#running = undefined;
      // What came after the last look, before this.
      if (this.#waiting.length > 0 && !this.#closed) this.#run();
    });
  }

  async #appendAll(sink: AuditSink): Promise<void> {
    const [first, last] = this.#retryMs;
    let pauseMs = first;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchRecords);
      try {
        await sink.append(batch);
      } catch (error) {
        this.#onFailure(error);
        if (this.#closed) return;
        await this.#pause(pauseMs);
        pauseMs = Math.min(2 * pauseMs, last);
        continue;
      }
      this.#onKept(batch.length);
      pauseMs = first;
    }
  }

  #onKept(count: number): void {
    this.#waiting.splice(0, count);
    this.#settled += count;
    this.observer.kept(count);
    if (this.#failing) {
      this.#failing = false;
      this.observer.recovered();
    }
    const stillWaiting = this.#waiters.filter(({ upTo }) => upTo > this.#settled);
    const settled = this.#waiters.filter(({ upTo }) => upTo <= this.#settled);
    this.#waiters.splice(0, this.#waiters.length, ...stillWaiting);
    for (const { done } of settled) done();
  }

  #onFailure(error: unknown): void {
    this.observer.failed(error);
    if (this.#failing) return;
    this.#failing = true;
    for (const waiter of [...this.#waiters]) {
      if (this.rules.onFailure === 'continue') this.#giveUp(waiter);
      else this.#giveUpLater(waiter);
    }
  }

  #giveUpLater(waiter: Waiter): void {
    const timer = setTimeout(() => this.#giveUp(waiter), this.#patienceMs);
    const { done } = waiter;
    waiter.done = (error) => {
      clearTimeout(timer);
      done(error);
    };
  }

  #giveUp(waiter: Waiter): void {
    const index = this.#waiters.indexOf(waiter);
    if (index < 0) return;
    this.#waiters.splice(index, 1);
    waiter.done(new AuditPending());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
