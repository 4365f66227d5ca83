import type { Page, Pages } from '../../src';

/** What the client sends to a route, and what it gives of the answer. */
export interface SdkRoute {
  readonly query?: unknown;
  /** The body that it sends. */
  readonly takes?: unknown;
  /** The body of an answer that the work is done. */
  readonly gives?: unknown;
  /** The body of an answer that the work is still to be done. */
  readonly waits?: unknown;
  /** The places of the description that the client has no use for. */
  readonly leaves?: string;
  /** The places that the client makes up itself. */
  readonly adds?: string;
}

export type Method = (...given: never[]) => unknown;
/** What a method resolves with. */
export type Gives<M extends Method> = Awaited<ReturnType<M>>;
/** The options of a method, without what is not sent. */
export type Options<M extends Method, Index extends number = 0> = Sent<NonNullable<Parameters<M>[Index]>>;
export type Sent<T> = T extends unknown ? Omit<T, 'signal' | 'idempotencyKey' | 'fresh' | 'onOpen'> : never;
export type ItemsOf<M extends Method> =
  ReturnType<M> extends Pages<infer Item>
    ? readonly Item[]
    : ReturnType<M> extends AsyncIterable<infer Item>
      ? readonly Item[]
      : never;
/** A page of a list, as the service gives it. */
export type PageOf<Name extends string, M extends Method> = { readonly [key in Name]: ItemsOf<M> } & Pick<
  Page<unknown>,
  'nextCursor'
>;

/** All writes of panels answer alike: what one of them never says is put in, or not there. */
export type Written<Adds extends string, Leaves extends string> = {
  readonly adds: `gives.${Adds}`;
  readonly leaves: `gives.success` | `gives.${Leaves}`;
};
/** A key is sent as a parameter, and a time to live in seconds. */
export type OfKey = { readonly key?: string };
export type InSeconds<T> = Omit<T, 'ttl'> & { readonly ttlSeconds?: number };
export type WireValue = { readonly value: unknown; readonly encoding?: 'base64' };
