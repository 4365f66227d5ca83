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

/** A call of `next` that waits for its event. */
interface Reader {
  resolve(result: IteratorResult<WatchEvent>): void;
  reject(error: unknown): void;
}

/** One watch of a hub: a place among the changes, and a small buffer. It is kept small, for there are many. */
export class LocalWatch implements Watch {
  readonly ready: Promise<number>;
  /** All changes up to here are delivered, in the buffer, or do not match. */
  #position: Position | undefined;
  #buffer: ChangeBuffer | undefined;
  #readers: Reader[] | undefined;
  #joined = false;
  #catchingUp = false;
  #ended: { readonly error?: unknown } | undefined;
  readonly #signal: { readonly signal: AbortSignal; readonly abort: () => void } | undefined;

  constructor(
    private readonly hub: WatchHub,
    readonly pattern: Pattern,
    since: Position | undefined,
    signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted) this.end(signal.reason);
    else if (signal) {
      const abort = () => this.end(signal.reason);
      this.#signal = { signal, abort };
      signal.addEventListener('abort', abort);
    }
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

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  next(): Promise<IteratorResult<WatchEvent>> {
    return new Promise((resolve, reject) => {
      (this.#readers ??= []).push({ resolve, reject });
      this.#serve();
    });
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
    this.#serve();
  }

  /** Reads on by itself, from a place that it has reached. */
  fallBehind(reached: Position): void {
    if (!this.#joined) return;
    this.#joined = false;
    this.hub.leave(this);
    if (!this.#position || comparePositions(reached, this.#position) > 0) this.#position = reached;
    this.#serve();
  }

  /** Ends the watch; the iteration throws the error, if there is one. */
  end(...error: [unknown?]): void {
    if (this.#ended) return;
    this.#ended = error.length > 0 ? { error: error[0] } : {};
    this.#buffer = undefined;
    this.#signal?.signal.removeEventListener('abort', this.#signal.abort);
    if (this.#joined) this.hub.leave(this);
    this.#joined = false;
    this.hub.forget(this);
    this.#serve();
  }

  async #begin(since: Position | undefined): Promise<number> {
    const revision = await this.hub.now();
    if (this.#ended) {
      if ('error' in this.#ended) throw this.#ended.error;
      return revision;
    }
    if (since === undefined) {
      this.#position = endOf(revision);
      this.#joined = this.hub.join(this, this.#position);
      this.#serve();
      return revision;
    }
    if (since.revision > revision) {
      throw new InvalidArgumentError('since', `the newest revision is ${revision}.`);
    }
    this.#position = since;
    this.#catchingUp = true;
    await this.#catchUp();
    this.#catchingUp = false;
    this.#serve();
    return since.revision;
  }

  /** Gives readers what there is, and reads on where there is nothing left. */
  #serve(): void {
    for (let reader = this.#readers?.[0]; reader; reader = this.#readers?.[0]) {
      const change = this.#buffer?.take();
      if (this.#ended && 'error' in this.#ended) reader.reject(this.#ended.error);
      else if (this.#ended) reader.resolve({ done: true, value: undefined });
      else if (change) reader.resolve({ done: false, value: eventOf(change) });
      else break;
      this.#readers?.shift();
    }
    // An idle watch needs neither.
    if (this.#buffer?.size === 0) this.#buffer = undefined;
    if (this.#readers?.length === 0) this.#readers = undefined;
    const isBehind = this.#position !== undefined && !this.#joined && !this.#catchingUp && !this.#ended;
    if (this.#readers && isBehind) void this.#readOn();
  }

  async #readOn(): Promise<void> {
    this.#catchingUp = true;
    try {
      await this.#catchUp();
    } catch (error) {
      this.end(error);
    }
    this.#catchingUp = false;
    this.#serve();
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
        for (const change of page.changes) {
          // A page may be larger than the buffer. What has no room is read again.
          if (!(this.#buffer ??= new ChangeBuffer()).offer(change)) return;
          this.#position = placeAfter(change);
        }
        this.#position = page.upTo;
        if (!page.more) this.#joined = this.hub.join(this, page.upTo);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        await backoff.wait(this.#signal?.signal);
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
