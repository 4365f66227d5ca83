import type { StateError } from '@nexus-state/documents';
import { boundedFacts, boundedMessage } from './bounded-facts';
import { type HttpProblem, httpProblems } from './http-problems';

/** An error on the wire: `application/problem+json` (RFC 9457), with `error` and `message` always there. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path of the request, without its query. */
  readonly instance?: string;
  /** The code a program decides by. */
  readonly error: string;
  /** The same text as `detail`. */
  readonly message: string;
  /** What the code calls for, e.g. `currentVersion`. */
  readonly [fact: string]: unknown;
}

/**
 * The problem of a refusal; `internal_error` for one that the contract does not know. Texts of the caller are repeated up to 256
 * characters.
 */
export function problemOf(refusal: StateError, instance?: string): Problem {
  const { code, facts } = refusal;
  const known = (httpProblems as Readonly<Record<string, HttpProblem>>)[code];
  if (!known) return internalProblem(instance);
  const message = boundedMessage(refusal.message, facts);
  return compose(code, known, message, instance, boundedFacts(facts));
}

/** The problem of a bug: names nothing but the request to quote. */
export function internalProblem(instance?: string): Problem {
  const detail = 'Something went wrong on our side. Quote the X-Request-Id when you report it.';
  return compose('internal_error', { status: 500, title: 'Internal error' }, detail, instance, {});
}

function compose(
  error: string,
  { status, title }: { status: number; title: string },
  detail: string,
  instance: string | undefined,
  facts: Readonly<Record<string, unknown>>,
): Problem {
  return {
    ...facts,
    type: `urn:nexus-state:problem:${error}`,
    title,
    status,
    detail,
    ...(instance === undefined ? {} : { instance }),
    error,
    message: detail,
  };
}
