import {
  CompactedError,
  type LoggedChange,
  type Pattern,
  type Position,
  StoreUnavailableError,
  comparePositions,
  endOf,
  placeAfter,
  readPosition,
} from '../model';
import type { ChangeLog, ChangePage } from '../store/backend';
import { Backoff } from './backoff';
import { PatternIndex } from './pattern-index';
import { LocalWatch } from './local-watch';
import type { Watch } from './watch';

const pageSize = 256;
const pageBytes = 4 * 1_048_576;

/**
 * Reads the changes of a store once for all watches that have caught up, and hands them out. A watch whose reader is
 * slow leaves, reads the changes itself when its reader comes back, and joins again: what a store holds for watches is
 * bounded, and no reader holds up another.
 */
export class WatchHub {
  readonly #all = new Set<LocalWatch>();
  readonly #joined = new PatternIndex<LocalWatch>();
  #joinedCount = 0;
  /** Changes up to here were handed out. */
  #position: Position = endOf(0);
  #woken = false;
  #running: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  /** The answer for watches of this turn, which is asked for at its end. */
  #soon: Promise<number> | undefined;
  readonly #asked = new Set<Promise<unknown>>();

  constructor(readonly log: ChangeLog) {}

  /**
   * Begins a watch.
   * @param since undefined for now
   * @throws InvalidArgumentError
   */
  watch(pattern: Pattern, since: number | string | undefined, signal: AbortSignal | undefined): Watch {
    const from = since === undefined ? undefined : readPosition(since);
    const watch = new LocalWatch(this, pattern, from, signal);
    // Its signal may be aborted already.
    if (watch.hasEnded) return watch;
    this.#all.add(watch);
    this.#stopListening ??= this.log.onChange(() => this.wake());
    return watch;
  }

  /** There may be new changes. */
  wake(): void {
    this.#woken = true;
    if (this.#joinedCount > 0) this.#running ??= this.#run();
  }

  /** The revision now. Calls of one turn share the answer; what was asked before may be from before this call. */
  now(): Promise<number> {
    if (this.#soon) return this.#soon;
    const answer = Promise.resolve().then(() => {
      this.#soon = undefined;
      return this.log.revision();
    });
    this.#soon = answer;
    const settled: Promise<unknown> = answer.catch(() => undefined);
    this.#asked.add(settled);
    void settled.then(() => this.#asked.delete(settled));
    return answer;
  }

  /** Resolves once the watches that were begun know where they begin: what is written then is part of them. */
  async begun(): Promise<void> {
    if (this.#asked.size > 0) await Promise.all(this.#asked);
  }

  /** Where the hub is: for a watch that has joined and holds nothing, all up to there is delivered. */
  get position(): Position {
    return this.#position;
  }

  /** Takes a watch in that has caught up; answers false where it has to read on first. */
  join(watch: LocalWatch, position: Position): boolean {
    if (this.#joinedCount === 0 && comparePositions(position, this.#position) > 0) this.#position = position;
    if (comparePositions(position, this.#position) < 0) return false;
    this.#joined.add(watch.pattern, watch);
    this.#joinedCount++;
    // A change may have come between its last read and now.
    this.wake();
    return true;
  }

  /** Hands out no more to a watch. */
  leave(watch: LocalWatch): void {
    this.#joined.remove(watch.pattern, watch);
    this.#joinedCount--;
  }

  /** A watch has ended. */
  forget(watch: LocalWatch): void {
    this.#all.delete(watch);
    if (this.#all.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  /** Ends all watches with an error. */
  end(error: Error): void {
    for (const watch of [...this.#all]) watch.end(error);
  }

  async #run(): Promise<void> {
    const backoff = new Backoff();
    while (this.#woken && this.#joinedCount > 0) {
      this.#woken = false;
      try {
        while (this.#handOut(await this.#read()).more);
        backoff.reset();
      } catch (error) {
        if (error instanceof CompactedError) this.#leaveAll();
        else if (error instanceof StoreUnavailableError) {
          this.#woken = true;
          await backoff.wait();
        } else this.end(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#running = undefined;
  }

  #read(): Promise<ChangePage> {
    return this.log.changes({
      after: this.#position,
      pattern: undefined,
      limit: pageSize,
      maxBytes: pageBytes,
    });
  }

  #handOut(page: ChangePage): ChangePage {
    for (const change of page.changes) {
      if (comparePositions(change, this.#position) <= 0) continue;
      this.#handOutOne(change);
      this.#position = placeAfter(change);
    }
    if (comparePositions(page.upTo, this.#position) > 0) this.#position = page.upTo;
    return page;
  }

  #handOutOne(change: LoggedChange): void {
    this.#joined.find(change.key, (watch) => watch.offer(change, this.#position));
  }

  /** Each watch finds out by itself whether it missed something. */
  #leaveAll(): void {
    for (const watch of this.#all) watch.fallBehind(this.#position);
  }
}
