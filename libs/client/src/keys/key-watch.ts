import { anySignal } from '../http/any-signal';
import type { StreamEvent } from '../http/event-stream';
import { followEvents } from '../http/follow-events';
import type { Transport } from '../http/transport';
import type { KeyEvent, WatchOptions } from './key-answers';
import { withValue } from './wire';

/**
 * The changes of keys, as an async iterator: each once, in the order of revisions. A lost connection is taken up again where it
 * broke.
 */
export class KeyWatch implements AsyncIterableIterator<KeyEvent> {
  /** Resolves with the revision after which the watch begins. A failure is thrown by the iteration, too. */
  readonly ready: Promise<number>;
  readonly #events: AsyncGenerator<StreamEvent, void>;
  readonly #stop = new AbortController();
  readonly #onEnd: (watch: KeyWatch) => void;
  #cursor: string | undefined;
  #turn: Promise<unknown>;
  #over: { readonly error?: unknown } | undefined;

  /** @param onEnd is called once it has ended */
  constructor(
    transport: Transport,
    pattern: string,
    { since, signal }: WatchOptions,
    onEnd: (watch: KeyWatch) => void,
  ) {
    const request = () => ({
      path: '/api/watch',
      query: { pattern, since },
      headers: this.#cursor === undefined ? {} : { 'last-event-id': this.#cursor },
    });
    this.#events = followEvents(transport, request, anySignal(this.#stop.signal, signal));
    this.#onEnd = onEnd;
    this.ready = this.#begin(since);
    this.#turn = this.ready.catch(() => undefined);
  }

  /** All changes up to this revision were given, or do not match. Undefined before the watch is ready. */
  get revision(): number | undefined {
    if (this.#cursor === undefined) return undefined;
    // A cursor with a second number is within a revision: more of it follows.
    return Number.parseInt(this.#cursor, 10) - (this.#cursor.includes('-') ? 1 : 0);
  }

  next(): Promise<IteratorResult<KeyEvent, undefined>> {
    const turn = this.#turn.then(() => this.#take());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the watch. */
  async return(): Promise<IteratorResult<KeyEvent, undefined>> {
    this.#end({});
    this.#stop.abort();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the watch; the iteration throws the reason. */
  abort(reason: unknown): void {
    this.#stop.abort(reason);
  }

  async #begin(since: number | string | undefined): Promise<number> {
    // The first event is a bookmark: it says where the watch begins.
    const first = await this.#nextEvent();
    if (!first) throw this.#over?.error;
    this.#cursor = since === undefined ? first.id : String(since);
    return Number.parseInt(this.#cursor ?? '0', 10);
  }

  async #take(): Promise<IteratorResult<KeyEvent, undefined>> {
    for (;;) {
      if (this.#over) {
        const { error } = this.#over;
        this.#over = {};
        if (error !== undefined) throw error;
        return { done: true, value: undefined };
      }
      const event = await this.#nextEvent();
      if (!event) continue;
      this.#cursor = event.id ?? this.#cursor;
      if (event.event === 'bookmark') continue;
      const change = withValue(JSON.parse(event.data) as KeyEvent);
      return { done: false, value: change };
    }
  }

  /** The next event; undefined once the watch is over. */
  async #nextEvent(): Promise<StreamEvent | undefined> {
    try {
      const { value } = await this.#events.next();
      if (value) return value;
      this.#end({});
    } catch (error) {
      this.#end({ error });
    }
    return undefined;
  }

  #end(over: { readonly error?: unknown }): void {
    if (this.#over) return;
    this.#over = over;
    this.#onEnd(this);
  }
}
