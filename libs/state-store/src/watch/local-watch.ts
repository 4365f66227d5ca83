import {
  InvalidArgumentError,
  type LoggedChange,
  type Pattern,
  type Position,
  StoreUnavailableError,
  comparePositions,
  completeRevision,
  cursorAfter,
  decodeValue,
  endOf,
  placeAfter,
} from '../model';
import { instant } from '../store/shapes';
import { Backoff } from './backoff';
import { ChangeBuffer, maxBuffered, maxBufferedBytes } from './change-buffer';
import type { Watch, WatchEvent } from './watch';
import type { WatchHub } from './watch-hub';

/** One watch of a hub: a place among the changes, and a small buffer. */
export class LocalWatch implements Watch {
  readonly ready: Promise<number>;
  /** All changes up to here are delivered, in the buffer, or do not match. */
  #position: Position | undefined;
  #buffer: ChangeBuffer | undefined;
  #joined = false;
  #ended: { readonly error?: unknown } | undefined;
  #wakeUp: (() => void) | undefined;
  #turn: Promise<unknown> | undefined;

  constructor(
    private readonly hub: WatchHub,
    readonly pattern: Pattern,
    since: Position | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted) this.end(signal.reason);
    else signal?.addEventListener('abort', this.#abort);
    this.ready = this.#begin(since);
    // Who only iterates meets the failure there.
    this.ready.catch((error: unknown) => this.end(error));
  }

  get revision(): number | undefined {
    const first = this.#buffer?.first;
    if (first) return first.revision - 1;
    const position = this.#joined ? this.hub.position : this.#position;
    return position && completeRevision(position);
  }

  next(): Promise<IteratorResult<WatchEvent>> {
    // Calls that do not wait for the one before get their events in order, too.
    const turn = this.#turn ? this.#turn.then(() => this.#take()) : this.#take();
    const settled: Promise<unknown> = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turn = settled;
    void settled.then(() => {
      if (this.#turn === settled) this.#turn = undefined;
    });
    return turn;
  }

  return(): Promise<IteratorResult<WatchEvent>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * A change that the hub hands out.
   * @param before the place just before it, where the watch goes on by itself if it has no room
   */
  offer(change: LoggedChange, before: Position): void {
    if (this.#position && comparePositions(change, this.#position) <= 0) return;
    this.#buffer ??= new ChangeBuffer();
    if (this.#buffer.offer(change)) this.#position = placeAfter(change);
    else this.fallBehind(before);
    this.#wakeUp?.();
  }

  /** Reads on by itself, from a place that it has reached. */
  fallBehind(reached: Position): void {
    if (!this.#joined) return;
    this.#joined = false;
    this.hub.leave(this);
    if (!this.#position || comparePositions(reached, this.#position) > 0) this.#position = reached;
    this.#wakeUp?.();
  }

  /** Ends the watch; the iteration throws the error, if there is one. */
  end(...error: [unknown?]): void {
    if (this.#ended) return;
    this.#ended = error.length > 0 ? { error: error[0] } : {};
    this.#buffer = undefined;
    this.signal?.removeEventListener('abort', this.#abort);
    if (this.#joined) this.hub.leave(this);
    this.#joined = false;
    this.hub.forget(this);
    this.#wakeUp?.();
  }

  readonly #abort = (): void => this.end(this.signal?.reason);

  async #begin(since: Position | undefined): Promise<number> {
    const revision = await this.hub.now();
    if (this.#ended) {
      if ('error' in this.#ended) throw this.#ended.error;
      return revision;
    }
    if (since === undefined) {
      this.#position = endOf(revision);
      this.#joined = this.hub.join(this, this.#position);
      return revision;
    }
    if (since.revision > revision) {
      throw new InvalidArgumentError('since', `the newest revision is ${revision}.`);
    }
    this.#position = since;
    await this.#catchUp();
    return since.revision;
  }

  async #take(): Promise<IteratorResult<WatchEvent>> {
    for (;;) {
      if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      const change = this.#buffer?.take();
      if (change) return { done: false, value: eventOf(change) };
      // An idle watch needs no buffer.
      this.#buffer = undefined;
      if (!this.#position) await this.ready.catch(() => undefined);
      else if (this.#joined) await this.#somethingNew();
      else await this.#catchUp().catch((error: unknown) => this.end(error));
    }
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = () => {
        this.#wakeUp = undefined;
        resolve();
      };
    });
  }

  /** Reads what it missed. */
  async #catchUp(): Promise<void> {
    const backoff = new Backoff();
    const { pattern } = this;
    const limits = { limit: maxBuffered, maxBytes: maxBufferedBytes };
    while (!this.#ended) {
      const after = this.#position as Position;
      try {
        const page = await this.hub.log.changes({ after, pattern, ...limits });
        if (this.#ended) return;
        for (const change of page.changes) (this.#buffer ??= new ChangeBuffer()).offer(change);
        this.#position = page.upTo;
        if (!page.more) this.#joined = this.hub.join(this, page.upTo);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        await backoff.wait(this.signal);
      }
    }
  }
}

/** A change as callers get it. */
export function eventOf(change: LoggedChange): WatchEvent {
  const { type, key, version, value, revision, at, expired, sensitive } = change;
  return {
    type,
    key,
    version,
    value: value && decodeValue(value),
    revision,
    cursor: cursorAfter(change),
    at: instant(at),
    ...(expired ? { expired } : {}),
    ...(sensitive ? { sensitive } : {}),
  };
}
