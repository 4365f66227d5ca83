import { StoreUnavailableError, completeRevision, readPosition } from '../model';
import { Backoff } from '../watch/backoff';
import type { Watch, WatchEvent } from '../watch';
import { EventReader, type ServerSentEvent } from './event-stream';
import type { HttpClient } from './http-client';
import { type Problem, errorOf } from './problems';
import { type WireEvent, optionalFromWire } from './wire';

/** The service sends something more often than that; silence means that the connection is lost. */
const silenceMs = 45_000;

/** A watch on a stream of events, which it opens again where it ends. */
export class HttpWatch implements Watch {
  readonly ready: Promise<number>;
  #reader: EventReader | undefined;
  #cursor: string | undefined;
  #ended: { readonly error?: unknown } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();

  /** @param onEnd is called once it has ended */
  constructor(
    private readonly client: HttpClient,
    private readonly pattern: string,
    since: number | string | undefined,
    private readonly signal: AbortSignal | undefined,
    private readonly onEnd: (watch: HttpWatch) => void,
  ) {
    if (signal?.aborted) this.end(signal.reason);
    else signal?.addEventListener('abort', this.#abort);
    this.ready = this.#begin(since);
    this.#turn = this.ready.catch((error: unknown) => this.end(error));
  }

  get revision(): number | undefined {
    return this.#cursor === undefined ? undefined : completeRevision(readPosition(this.#cursor));
  }

  next(): Promise<IteratorResult<WatchEvent>> {
    const turn = this.#turn.then(() => this.#take());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  return(): Promise<IteratorResult<WatchEvent>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the watch; the iteration throws the error, if there is one. */
  end(...error: [unknown?]): void {
    if (this.#ended) return;
    this.#ended = error.length > 0 ? { error: error[0] } : {};
    this.signal?.removeEventListener('abort', this.#abort);
    this.#stop.abort();
    this.onEnd(this);
  }

  readonly #abort = (): void => this.end(this.signal?.reason);

  async #begin(since: number | string | undefined): Promise<number> {
    if (since !== undefined) readPosition(since);
    await this.#open(since);
    const first = await this.#nextEvent();
    // The first event of a stream is a bookmark: where it begins.
    if (first?.id === undefined) throw new StoreUnavailableError('The stream of events', false);
    this.#cursor = since === undefined ? first.id : String(since);
    return Number.parseInt(this.#cursor, 10);
  }

  async #open(since: number | string | undefined): Promise<void> {
    const query = new URLSearchParams({ pattern: this.pattern });
    if (since !== undefined) query.set('since', String(since));
    const body = await this.client.stream(
      `/api/watch?${query.toString()}`,
      this.pattern,
      this.#cursor,
      this.#stop.signal,
    );
    this.#reader = new EventReader(body);
  }

  async #take(): Promise<IteratorResult<WatchEvent>> {
    const backoff = new Backoff();
    for (;;) {
      if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      try {
        if (!this.#reader) await this.#open(this.#cursor);
        const event = await this.#nextEvent();
        if (event === undefined) throw new StoreUnavailableError('The stream of events', false);
        backoff.reset();
        if (event.id !== undefined) this.#cursor = event.id;
        const change = changeOf(event, this.pattern);
        if (change) return { done: false, value: change };
      } catch (error) {
        this.#reader = undefined;
        if (this.#ended) continue;
        if (error instanceof StoreUnavailableError) await backoff.wait(this.#stop.signal);
        else this.end(error);
      }
    }
  }

  async #nextEvent(): Promise<ServerSentEvent | undefined> {
    const reader = this.#reader as EventReader;
    const timer = setTimeout(() => void reader.cancel(), silenceMs);
    try {
      return await reader.next();
    } catch (error) {
      throw new StoreUnavailableError('The stream of events', false, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @throws the refusal that ends a stream */
function changeOf({ event, data }: ServerSentEvent, pattern: string): WatchEvent | undefined {
  if (event === 'error') {
    const problem = JSON.parse(data) as Problem;
    throw errorOf(Number(problem['status'] ?? 500), problem, pattern, false);
  }
  if (event !== 'created' && event !== 'updated' && event !== 'deleted') return undefined;
  const { value, encoding, ...rest } = JSON.parse(data) as WireEvent;
  return { ...rest, value: optionalFromWire({ value, encoding } as WireEvent) };
}
