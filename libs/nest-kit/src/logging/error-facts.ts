import { types } from 'node:util';
import { redacted } from './redacted';

/** What is logged of an error. */
export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
  /** One of `loggedFields`. */
  readonly [field: string]: unknown;
}

/** Fields of errors of PostgreSQL and the operating system that hold names and numbers, and never a value. */
const loggedFields = [
  'code',
  'syscall',
  'address',
  'port',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'routine',
];

/** No chain of causes of ours is as long; one that is longer goes in a circle. */
const maxCauses = 8;

/**
 * An error as it is logged. Drivers attach what they were working on to their errors (rows in `detail`, arguments of
 * commands, parameters of queries) and quote it in their messages: only fields known to hold no value are logged.
 * @param error any thrown value
 */
export function errorFacts(error: unknown): unknown {
  return factsOf(error, maxCauses);
}

function factsOf(error: unknown, depth: number): unknown {
  if (!types.isNativeError(error)) return typeof error === 'string' ? redacted(error) : typeof error;
  const all = error as Error & Readonly<Record<string, unknown>>;
  const message = messageOf(all);
  const facts: Record<string, unknown> = { type: all.constructor.name, message };
  for (const field of loggedFields) {
    const value = all[field];
    if (typeof value === 'string' || typeof value === 'number') facts[field] = value;
  }
  // Which command of Redis it was, without its arguments.
  const { name } = (all['command'] ?? {}) as { readonly name?: unknown };
  if (typeof name === 'string') facts['command'] = name;
  const frames = /\n {4}at [^]*/.exec(all.stack ?? '')?.[0] ?? '';
  facts['stack'] = `${all.name}: ${message}${redacted(frames)}`;
  if (all.cause !== undefined && depth > 0) facts['cause'] = factsOf(all.cause, depth - 1);
  const { errors } = all as { readonly errors?: unknown };
  if (Array.isArray(errors) && depth > 0) facts['errors'] = errors.map((one) => factsOf(one, depth - 1));
  return facts;
}

/** SQLSTATE class 22, data exceptions: PostgreSQL quotes the value that it cannot take. */
const dataException = /^22[0-9A-Z]{3}$/;

function messageOf({ name, message, code }: Error & { readonly code?: unknown }): string {
  if (typeof code === 'string' && dataException.test(code)) return 'a value that PostgreSQL does not take';
  if (name === 'SyntaxError' && /JSON/.test(message)) return 'text that is not JSON';
  return redacted(
    message
      // Redis, of a command that it does not know.
      .replace(/,? with args beginning with:[^]*/, '')
      // Node.js, of an argument of the wrong kind.
      .replace(/ Received [^]*/, ''),
  );
}
