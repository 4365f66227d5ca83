import { StateError } from '@nexus-state/documents';
import { IdempotencyKeyReused } from '../../errors';
import { isSameLock } from '../../locks/model';
import type { CurrentPanel, Decision, Seen, WriteRequest } from './change-draft';
import { type PanelWriteQueue, type PendingWrite, isToLookUp } from './panel-write-queue';
import { PendingChanges } from './pending-changes';

/**
 * Looks at a panel and decides what becomes of a request. Called again with a newer panel when another writer was faster, so
 * it must do nothing but decide.
 * @param current the newest panel, deleted ones included; undefined where it was never created
 * @returns the decision; a promise where deciding takes long, and must not hold up other panels
 * @throws StateError to refuse
 */
export type Decide<R, H> = (
  request: R,
  current: CurrentPanel | undefined,
  seen: Seen<H>,
) => Decision | Promise<Decision>;

/** What the writes of a queue were decided to be. */
export interface Decided<R extends WriteRequest, H> {
  readonly queue: PanelWriteQueue<R, H>;
  /** What is to be committed; may be empty. */
  readonly pending: PendingChanges;
  /** The writes that the pending changes came from, in order. */
  readonly writes: readonly PendingWrite<R, H>[];
  /** Those that need a look into history; they left the queue. */
  readonly needHistory: readonly PendingWrite<R, H>[];
}

/** Once the states of the pending changes have more bytes than this, the other writes wait for the next batch. */
const maxPendingBytes = 1024 * 1024;

/**
 * Decides the writes that wait in a queue, each on the result of the one before it. Those that were refused for certain, and
 * repeated requests, are settled; those that need another look at the store wait on.
 * @param limit at most so many are decided at once
 * @returns a promise where `decide` gives one
 */
export function decideWaiting<R extends WriteRequest, H>(
  queue: PanelWriteQueue<R, H>,
  decide: Decide<R, H>,
  limit: number,
): Decided<R, H> | Promise<Decided<R, H>> {
  const steps = decideInSteps(queue, decide, limit);
  const step = steps.next();
  return step.done ? step.value : goOn(steps, step.value);
}

async function goOn<T>(
  steps: Generator<Promise<Decision>, T, Settled>,
  first: Promise<Decision>,
): Promise<T> {
  for (let waitFor = first; ;) {
    const step = steps.next(await settled(waitFor));
    if (step.done) return step.value;
    waitFor = step.value;
  }
}

/** What a decision came to that took long: a function that gives it, or throws the refusal. */
type Settled = () => Decision;

function settled(decision: Promise<Decision>): Promise<Settled> {
  return decision.then(
    (made) => () => made,
    (error: unknown) => () => {
      throw error;
    },
  );
}

function* decideInSteps<R extends WriteRequest, H>(
  queue: PanelWriteQueue<R, H>,
  decide: Decide<R, H>,
  limit: number,
): Generator<Promise<Decision>, Decided<R, H>, Settled> {
  const known = queue.known ?? { panel: undefined, asked: -1 };
  const pending = new PendingChanges(queue.key, known.panel);
  const recent = queue.recentChanges(pending);
  const writes: PendingWrite<R, H>[] = [];
  const doubtful: PendingWrite<R, H>[] = [];
  const later: PendingWrite<R, H>[] = [];
  const needHistory: PendingWrite<R, H>[] = [];
  let bytes = 0;
  const taken = queue.waiting.splice(0, limit);
  for (const [index, write] of taken.entries()) {
    // Each change of a large panel takes milliseconds, so the event loop gets a turn between batches.
    if (bytes > maxPendingBytes) {
      later.push(...taken.slice(index));
      break;
    }
    const { request, lock, turnId } = write.request;
    const earlier = request && queue.writtenWith(request);
    if (earlier) {
      const { fingerprint, change, facts } = earlier;
      if (fingerprint === request.fingerprint) write.resolve({ change, facts, replayed: true });
      else write.reject(new IdempotencyKeyReused());
      continue;
    }
    if (isToLookUp(write) || (request && pending.claims(request))) {
      later.push(write);
      continue;
    }
    // A lost lock, or the end of a turn, fails all of a chain, and the others need not suffer for it.
    if (pending.length > 0 && !(isSameLock(pending.lock, lock) && pending.turnId === turnId)) {
      later.push(...taken.slice(index));
      break;
    }
    try {
      const made = decide(write.request, pending.current, { recent, history: write.history });
      const decision = made instanceof Promise ? (yield made)() : made;
      if (decision.outcome === 'needs-history') needHistory.push(write);
      else {
        pending.lock = lock;
        pending.turnId = turnId;
        pending.add(decision.draft, request);
        bytes += decision.draft.content.stateSizeBytes;
        writes.push(write);
      }
    } catch (error) {
      // A refusal on a cached panel, on what may be outdated, or on a change that may yet fail proves nothing: the store has
      // to confirm it.
      const proven = pending.length === 0 && known.asked >= write.arrived;
      if (!proven && error instanceof StateError) doubtful.push(write);
      else write.reject(error);
    }
  }
  queue.waiting.unshift(...doubtful, ...later);
  return { queue, pending, writes, needHistory };
}
