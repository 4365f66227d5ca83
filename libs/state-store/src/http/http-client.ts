import { RefusedError, StoreUnavailableError } from '../model';
import { Backoff } from '../watch/backoff';
import { anySignal } from './any-signal';
import { type Problem, errorOf } from './problems';

export interface HttpOptions {
  /** The address of the service, as `https://state.example.org`. */
  readonly url: string;
  /** The token, or what gives one for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** How long to wait for an answer, in milliseconds; 30,000 where not given. */
  readonly timeoutMs?: number;
  /** What sends requests; the global `fetch` where not given. */
  readonly fetch?: typeof fetch;
}

/** A request of the store. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** The key that it is about, for its refusal. */
  readonly key: string;
  /** JSON. */
  readonly body?: string;
  readonly contentType?: string;
  /** How much longer than usual the answer may take, in milliseconds. */
  readonly waitMs?: number;
  /** Ends the request; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Names a write: the service makes it once, however often it arrives. Without one, a write is sent again only if it was surely not made. */
  readonly idempotencyKey?: string;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How often a request is sent at most while no answer comes. */
const attempts = 3;

/** Sends requests, and turns refusals into errors. */
export class HttpClient {
  readonly #fetch: typeof fetch;

  constructor(private readonly options: HttpOptions) {
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /**
   * The answer as JSON.
   * @throws StoreError
   */
  async call<T>(call: Call): Promise<T> {
    const backoff = new Backoff(50, 500);
    let doubt: StoreUnavailableError | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once<T>(call);
      } catch (error) {
        // Whoever refuses a request before it is looked at does not say what became of the one before.
        if (!(error instanceof StoreUnavailableError))
          throw error instanceof RefusedError ? (doubt ?? error) : error;
        if (error.mayHaveHappened) doubt = error;
        const mayRepeat = !error.mayHaveHappened || call.idempotencyKey !== undefined;
        if (attempt === attempts || !mayRepeat) throw doubt ?? error;
        await backoff.wait();
      }
    }
  }

  /**
   * Opens a stream of events.
   * @throws StoreError
   */
  async stream(path: string, pattern: string, lastEventId: string | undefined, signal: AbortSignal) {
    const headers = {
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const response = await this.#send(path, { method: 'GET', headers, signal }, false);
    if (!response.ok) throw await refusalOf(response, pattern, false);
    if (!response.body) throw new StoreUnavailableError('The stream of events', false);
    return response.body;
  }

  async #once<T>(call: Call): Promise<T> {
    const { method, path, key, body, contentType = 'application/json', waitMs = 0, signal: ended } = call;
    const { idempotencyKey } = call;
    const writes = method !== 'GET';
    const late = AbortSignal.timeout((this.options.timeoutMs ?? 30_000) + waitMs);
    const signal = anySignal(late, ended);
    const headers = {
      ...call.headers,
      accept: 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(body === undefined ? {} : { 'content-type': contentType }),
    };
    const init = { method, headers, signal, ...(body === undefined ? {} : { body }) };
    try {
      const response = await this.#send(path, init, writes);
      if (!response.ok) throw await refusalOf(response, key, writes);
      // No content.
      if (response.status === 204) return undefined as T;
      return (await response.json().catch((error: unknown) => {
        throw new StoreUnavailableError('The service', writes, { cause: error });
      })) as T;
    } catch (error) {
      ended?.throwIfAborted();
      throw error;
    }
  }

  async #send(path: string, init: RequestInit & { headers: object }, writes: boolean): Promise<Response> {
    const { url, token } = this.options;
    const bearer = typeof token === 'function' ? await token() : token;
    const headers = {
      ...init.headers,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    };
    try {
      return await this.#fetch(url.replace(/\/+$/, '') + path, { ...init, headers });
    } catch (error) {
      throw new StoreUnavailableError('The service', writes, { cause: error });
    }
  }
}

/** The error of a refusal; of one that broke off nobody knows what was refused. */
async function refusalOf(response: Response, key: string, writes: boolean): Promise<Error> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    return new StoreUnavailableError('The service', writes, { cause: error });
  }
  return errorOf(response.status, problemIn(text), key, writes);
}

/** Something on the way, such as a proxy, refuses without a problem. */
function problemIn(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
