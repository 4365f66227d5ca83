import { anySignal } from './any-signal';
import { errorOf } from './error-classes';
import { HeldForApprovalError } from './held-for-approval';
import { abortReason, backoffMs, pause } from './pause';
import { NetworkError, type NexusError, type Problem } from './problem';
import type { TokenSource } from './token-source';

/** A request to the service. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names a write, so that repeating it does nothing more. Without one, only what is harmless to repeat is repeated. */
  readonly idempotencyKey?: string;
  /** False where the route does not know a repeated write by its key: it is sent again only if it was surely not done. */
  readonly mayRepeat?: boolean;
  /** How often to try again at most; that of the client where not given. */
  readonly retries?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that is no refusal. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What a transport is made from. */
export interface TransportOptions {
  readonly url: string;
  readonly tokens: TokenSource;
  readonly fetch: typeof fetch;
  /** How long an attempt may take. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** What comes to nothing now and may work in a moment. */
const passingStatuses = [408, 429, 502, 503, 504];
/** What is the same however often it is asked for. */
const repeatable = ['GET', 'PUT', 'DELETE'];

/** Sends requests to the service: with a token, again where that may help, and with refusals as errors. */
export class Transport {
  constructor(private readonly options: TransportOptions) {}

  /**
   * @throws NexusError of the class of its code for a refusal; HeldForApprovalError where a change became a proposal;
   *   NetworkError where there is no answer
   * @throws the reason of the signal once it is aborted
   */
  async send(request: Request): Promise<Answer> {
    const { retries = this.options.retries, signal } = request;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#withToken(request);
      } catch (error) {
        if (signal?.aborted) throw abortReason(signal);
        if (attempt >= retries || !mayRepeat(request, error as NexusError)) throw error;
        await pause(waitMs(error as NexusError, attempt), signal);
      }
    }
  }

  /**
   * Opens an answer that goes on, such as server-sent events. It is not tried again.
   * @throws as `send`
   */
  async open(request: Request): Promise<Response> {
    const token = await this.#token();
    const response = await this.#fetch(request, token, request.signal);
    if (response.ok) return response;
    const error = await refusal(response);
    if (error.status === 401) await this.options.tokens.renew(token);
    throw error;
  }

  async #withToken(request: Request): Promise<Answer> {
    const { tokens } = this.options;
    const token = await this.#token();
    try {
      return await this.#once(request, token);
    } catch (error) {
      if ((error as NexusError).status !== 401 || !tokens.isRenewable) throw error;
      const fresh = await tokens.renew(token);
      if (fresh === token) throw error;
      return this.#once(request, fresh);
    }
  }

  async #token(): Promise<string> {
    try {
      return await this.options.tokens.get();
    } catch (cause) {
      throw new NetworkError(`The function that gives the token failed: ${messageOf(cause)}`, { cause });
    }
  }

  async #once(request: Request, token: string): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    const signal = anySignal(request.signal, timeout);
    const response = await this.#fetch(request, token, signal);
    if (!response.ok && response.status !== 304) throw await refusal(response);
    const body = jsonIn(await textOf(response), response.url);
    return unlessHeld({ status: response.status, headers: response.headers, body });
  }

  async #fetch(request: Request, token: string, signal: AbortSignal | undefined): Promise<Response> {
    const { method, body, headers, idempotencyKey } = request;
    const url = this.options.url + request.path + queryOf(request.query);
    try {
      return await this.options.fetch.call(undefined, url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      if (request.signal?.aborted) throw abortReason(request.signal);
      throw new NetworkError(`No answer from ${this.options.url}: ${messageOf(cause)}`, { cause });
    }
  }
}

/** A random id for a write (RFC 9562, version 4). */
export function newId(): string {
  // Pages that are not served securely have no randomUUID.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return digits.join('');
}

/** Whether a failure passes: the same may work in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  const { status, code } = error as NexusError;
  // Only the operator can help there.
  return passingStatuses.includes(status) && code !== 'secret_unreadable';
}

/** How long to wait after a failure: what the service asks for, or longer from attempt to attempt. */
export function waitMs(error: NexusError, attempt: number): number {
  const seconds = Number(error.facts?.['retryAfterSeconds'] ?? 0);
  return Math.max(backoffMs(attempt), seconds * 1000 * (1 + Math.random() / 4));
}

function mayRepeat(request: Request, error: NexusError): boolean {
  if (!isPassing(error)) return false;
  const { method, idempotencyKey } = request;
  const { mayRepeat: isHarmless = idempotencyKey !== undefined || repeatable.includes(method) } = request;
  return isHarmless || isUndone(error);
}

/** Whether a request that failed has surely done nothing. */
function isUndone({ status, facts }: NexusError): boolean {
  return status === 408 || status === 429 || facts['mayHaveHappened'] === false;
}

/** @throws HeldForApprovalError where the answer is that the change became a proposal */
function unlessHeld(answer: Answer): Answer {
  const { proposalId } = (answer.body ?? {}) as { readonly proposalId?: string };
  if (answer.status === 202 && proposalId !== undefined)
    throw new HeldForApprovalError(proposalId, answer.headers.get('x-request-id') ?? undefined);
  return answer;
}

/** @throws NetworkError when the body broke off */
async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new NetworkError(`The answer of ${response.url} broke off.`, { cause });
  }
}

/** @throws NetworkError when it is no JSON: something on the way has answered, or has cut it off */
function jsonIn(text: string, url: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new NetworkError(`The answer of ${url} is no JSON.`, { cause });
  }
}

/**
 * What a refusal says. One without a problem, as a proxy gives it, has the code `http_<status>`.
 * @throws NetworkError when it broke off: what was refused, and whether for good, is in the rest
 */
async function refusal(response: Response): Promise<NexusError> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const said = problemIn(await textOf(response));
  const problem =
    typeof said?.error === 'string'
      ? said
      : { error: `http_${response.status}`, message: `${response.url} answered ${response.status}.` };
  const waiting = Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {};
  return errorOf({ ...waiting, ...problem, status: response.status }, requestId);
}

function problemIn(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
}

function queryOf(query: Request['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function messageOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
