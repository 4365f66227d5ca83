import fc from 'fast-check';
import { type JsonValue, canonicalJson } from '@nexus-state/documents';
import { runs } from '@nexus-state/documents/testing';
import { type StateStore, type TransactionOperation, VersionConflictError, type WatchEvent } from '../..';
import { allKeys, take } from '../../conformance/expect';
import { type NaiveOperation, NaiveStore, textOf } from './naive-store';

const key = fc.constantFrom('/a', '/a/b', '/a/c', '/b', 'flat:1', '/\u{1f600}', '/\uffee');
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom('x', null, true),
  fc.dictionary(fc.constantFrom('p', 'q'), fc.oneof(fc.constant(null), fc.nat(3))),
) as fc.Arbitrary<JsonValue>;
const version = fc.nat(6);
const operation: fc.Arbitrary<NaiveOperation> = fc.record({
  type: fc.constantFrom('checkVersion', 'set', 'set', 'delete'),
  key,
  version,
  value,
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value }),
  fc.record({ kind: fc.constant('update' as const), key, value }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('cas' as const), key, version, value }),
  fc.record({ kind: fc.constant('create' as const), key, value }),
  fc.record({
    kind: fc.constant('transaction' as const),
    operations: fc.uniqueArray(operation, { minLength: 1, maxLength: 4, selector: ({ key }) => key }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/**
 * Does random steps with a store and with the naive one, and compares answers, contents and watches.
 * @param open gives a store without keys
 * @param atOnce whether steps are asked for without waiting: they have to be done in their order all the same
 */
export async function agreesWithNaiveStore(
  open: () => Promise<StateStore>,
  { usualRuns, atOnce }: { usualRuns: number; atOnce: boolean },
): Promise<void> {
  const steps = fc.array(step, { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(100), (todo, resumeAt) => agree(open, todo, resumeAt, atOnce)),
    runs(usualRuns),
  );
}

async function agree(
  open: () => Promise<StateStore>,
  steps: readonly Step[],
  resumeAt: number,
  atOnce: boolean,
): Promise<void> {
  const naive = new NaiveStore();
  const store = await open();
  try {
    const watch = store.watch('*');
    const expected = steps.map((step) => naively(naive, step));
    const answers = atOnce
      ? await Promise.all(steps.map((step) => really(store, step)))
      : await inTurn(steps, (step) => really(store, step));
    equal(answers, expected, 'answers');
    equal(await allKeys(store), [...naive.values.keys()].sort(byBytes), 'keys');
    for (const [name, held] of naive.values) {
      equal([await store.getJson(name), await store.version(name)], [held, naive.version(name)], name);
    }
    const events = await take(watch, naive.log.length);
    equal(events.map(lineOf), naive.log, 'events');
    const from = events.length === 0 ? undefined : events[resumeAt % events.length];
    if (from) {
      const rest = events.slice(events.indexOf(from) + 1);
      const resumed = store.watch('/a/*', { since: from.cursor });
      const below = rest.filter((event) => event.key.startsWith('/a/'));
      equal(await take(resumed, below.length), below, 'events after a resumption');
    }
    equal((await store.list('')).revision, naive.revision, 'revision');
  } finally {
    await store.close();
  }
}

function naively(naive: NaiveStore, step: Step): string {
  switch (step.kind) {
    case 'set':
      return naive.set(step.key, step.value);
    case 'update':
      return naive.update(step.key, step.value);
    case 'delete':
      return naive.delete(step.key);
    case 'cas':
      return naive.compareAndSet(step.key, step.version, step.value);
    case 'create':
      return naive.createIfNotExists(step.key, step.value);
    case 'transaction':
      return naive.transaction(step.operations);
  }
}

async function really(store: StateStore, step: Step): Promise<string> {
  try {
    return String(await call(store, step));
  } catch (error) {
    if (error instanceof VersionConflictError) return `${error.name} ${error.expected} ${error.found}`;
    return error instanceof Error ? error.name : String(error);
  }
}

function call(store: StateStore, step: Step): Promise<unknown> {
  switch (step.kind) {
    case 'set':
      return store.setJson(step.key, step.value);
    case 'update':
      return store.update(step.key, step.value);
    case 'delete':
      return store.delete(step.key);
    case 'cas':
      return store.compareAndSet(step.key, step.version, step.value);
    case 'create':
      return store.createIfNotExists(step.key, step.value);
    case 'transaction':
      return store
        .transaction(step.operations as readonly TransactionOperation[])
        .then(({ revision }) => revision);
  }
}

function lineOf({ revision, type, key, version, value }: WatchEvent): string {
  return `${revision} ${type} ${key} ${version} ${textOf(value as JsonValue)}`;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function equal(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [canonicalJson(actual as JsonValue), canonicalJson(expected as JsonValue)];
  if (left !== right) throw new Error(`The ${what} differ:\n  are       ${left}\n  should be ${right}`);
}
