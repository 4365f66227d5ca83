import assert from 'node:assert/strict';
import type { StateStore, Watch, WatchEvent } from '..';

/** How long rules wait for what has to come. Shorten it for a backend that is known to keep it back. */
export const patience = { ms: 120_000 };

/** The next events of a watch. Fails where they do not come in time. */
export async function take(watch: Watch, count: number): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  while (events.length < count) {
    const next = await within(watch.next(), `event ${events.length + 1} of ${count}`);
    assert.equal(next.done, false, `the watch ended after ${events.length} of ${count} events`);
    events.push(next.value as WatchEvent);
  }
  return events;
}

/** What a promise gives. Fails where it takes too long. */
export async function within<T>(
  promise: Promise<T>,
  what: string | (() => string),
  ms = patience.ms,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`Waited ${ms} ms for ${typeof what === 'string' ? what : what()}.`));
    timer = setTimeout(fail, ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + patience.ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${patience.ms} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until so many milliseconds have passed. */
export async function passed(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() <= end) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(end - performance.now()) + 1));
  }
}

interface Kind<E> {
  new (...facts: never[]): E;
}

/** The refusal of a call; fails where it is not of the kind. */
export async function refusal<E>(call: () => unknown, kind: Kind<E>): Promise<E> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    assert.ok(error instanceof kind, `expected ${kind.name}, not ${error}`);
    return error;
  }
  throw new assert.AssertionError({ message: `expected ${kind.name}, not ${JSON.stringify(result)}` });
}

/** Types, keys and versions of events, for a short comparison. */
export function summary(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, key, version }) => `${type} ${key} ${version}`);
}

/** All keys of a store. */
export async function allKeys(store: StateStore, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, { limit: 1000 })) keys.push(key);
  return keys;
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes without the class of a backend's buffer, for comparison. */
export function plain(value: unknown): number[] | undefined {
  return value === undefined ? undefined : [...(value as Uint8Array)];
}

/** Does something so many times, all at once. */
export function together<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

/** The whole numbers from one to another. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Compares data; of which realm its arrays and objects are makes no difference. */
export function same(actual: unknown, expected: unknown, what?: string): void {
  assert.deepEqual(data(actual), data(expected), what);
}

function data(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, data);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, data(member)]));
}
