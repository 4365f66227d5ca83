import fc from 'fast-check';
import { runs } from '@nexus-state/documents/testing';
import { type StateStore, VersionConflictError, type WatchEvent } from '../..';
import { take } from '../../conformance/expect';

const key = fc.constantFrom('/a', '/a/b', 'c');
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('set' as const, 'create' as const, 'delete' as const, 'read' as const),
    key,
  }),
  fc.record({ kind: fc.constant('cas' as const), key }),
  fc.record({ kind: fc.constant('move' as const), from: key, to: key }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a client found out: that a key was at a version, at some moment of a span of revisions. */
interface Observation {
  readonly key: string;
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/** A write that a client was told of. */
interface Acknowledged {
  readonly key: string;
  readonly version: number;
  readonly value: string;
  /** What the write named as its condition: a key at a version just before it. */
  readonly condition?: { readonly key: string; readonly version: number };
}

/**
 * Lets clients do random steps at once, each with a store of its own on the same keys. The changes give one order of all
 * writes; every answer must be true at a moment of it between its question and its arrival.
 * @param open gives as many stores on the same keys, which hold nothing
 */
export async function isLinearizable(
  open: (count: number) => Promise<readonly StateStore[]>,
  usualRuns: number,
): Promise<void> {
  const clients = fc.array(fc.array(step, { minLength: 5, maxLength: 25 }), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(clients, (steps) => check(open, steps)),
    runs(usualRuns),
  );
}

async function check(
  open: (count: number) => Promise<readonly StateStore[]>,
  clients: readonly (readonly Step[])[],
): Promise<void> {
  const stores = await open(clients.length);
  const history = new History();
  try {
    await Promise.all(
      clients.map(async (steps, client) => {
        const store = stores[client] as StateStore;
        for (const [index, todo] of steps.entries()) {
          await act(store, todo, `${client}-${index}`, history);
        }
      }),
    );
    const [store] = stores as [StateStore];
    const { revision } = await store.list('');
    const watch = store.watch('*', { since: 0 });
    const events: WatchEvent[] = [];
    while ((events.at(-1)?.revision ?? 0) < revision) events.push(...(await take(watch, 1)));
    // The last revision may have several changes.
    await store.setJson('/end', 'end');
    for (let next = await take(watch, 1); next[0]?.key !== '/end'; next = await take(watch, 1))
      events.push(...next);
    history.verify(events, revision);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

async function act(store: StateStore, todo: Step, value: string, history: History): Promise<void> {
  const from = history.newest;
  const observed = async (key: string, version: number) => {
    const { revision } = await store.list('', { limit: 1 });
    history.observe({ key, version, from, to: revision });
  };
  const wrote = async (key: string, version: number, condition?: Acknowledged['condition']) => {
    const { revision } = await store.list('', { limit: 1 });
    history.acknowledge({ key, version, value, ...(condition ? { condition } : {}) }, revision);
  };
  try {
    switch (todo.kind) {
      case 'set':
        return await wrote(todo.key, await store.setJson(todo.key, value));
      case 'create': {
        const version = await store.createIfNotExists(todo.key, value);
        if (version === undefined) return;
        return await wrote(todo.key, version, { key: todo.key, version: 0 });
      }
      case 'delete':
        return (await store.delete(todo.key)) ? undefined : await observed(todo.key, 0);
      case 'read':
        return await observed(todo.key, await store.version(todo.key));
      case 'cas': {
        const version = await store.version(todo.key);
        await observed(todo.key, version);
        const next = await store.compareAndSet(todo.key, version, value);
        return await wrote(todo.key, next, { key: todo.key, version });
      }
      case 'move':
        return await move(store, todo.from, todo.to, value, wrote);
    }
  } catch (error) {
    if (!(error instanceof VersionConflictError)) throw error;
    await observed(error.key, error.found);
  }
}

/** Deletes one key and sets another, if the first one is as it was read. */
async function move(
  store: StateStore,
  from: string,
  to: string,
  value: string,
  wrote: (key: string, version: number, condition: Acknowledged['condition']) => Promise<void>,
): Promise<void> {
  if (from === to) return;
  const version = await store.version(from);
  const { results } = await store.transaction([
    { type: 'checkVersion', key: from, version },
    { type: 'delete', key: from },
    { type: 'set', key: to, value },
  ]);
  await wrote(to, results[2]?.version as number, { key: from, version });
}

class History {
  newest = 0;
  readonly #observations: Observation[] = [];
  readonly #acknowledged: Acknowledged[] = [];

  observe(observation: Observation): void {
    this.#observations.push(observation);
  }

  /** @param revision one at which the write was done already */
  acknowledge(write: Acknowledged, revision: number): void {
    this.#acknowledged.push(write);
    this.newest = Math.max(this.newest, revision);
  }

  verify(events: readonly WatchEvent[], revision: number): void {
    const revisions = new Set(events.map((event) => event.revision));
    if (revisions.size !== revision) throw new Error(`${revisions.size} revisions of ${revision}`);
    /** The version of each key after each revision; 0 for nothing. */
    const versions = new Map<string, number[]>();
    const last = new Map<string, number>();
    for (const { key, version, type, revision: at } of events) {
      if (version !== (last.get(key) ?? 0) + 1) throw new Error(`version ${version} of ${key} out of order`);
      last.set(key, version);
      const course = versions.get(key) ?? [0];
      versions.set(key, course);
      while (course.length < at) course.push(course.at(-1) as number);
      course[at] = type === 'deleted' ? 0 : version;
    }
    const at = (key: string, moment: number) => {
      const course = versions.get(key) ?? [0];
      return course[Math.min(moment, course.length - 1)];
    };
    for (const { key, version, value, condition } of this.#acknowledged) {
      const [event, ...more] = events.filter((event) => event.key === key && event.version === version);
      if (event?.value !== value || more.length > 0) throw new Error(`${key} ${version} is not ${value}`);
      if (condition && at(condition.key, event.revision - 1) !== condition.version) {
        throw new Error(
          `${key} ${version} was written although ${condition.key} was not at ${condition.version}`,
        );
      }
    }
    for (const { key, version, from, to } of this.#observations) {
      let moment = from;
      while (moment <= to && at(key, moment) !== version) moment++;
      if (moment > to) throw new Error(`${key} was at version ${version} at no moment from ${from} to ${to}`);
    }
  }
}
