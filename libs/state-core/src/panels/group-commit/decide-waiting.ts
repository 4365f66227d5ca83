import { StateError } from '@nexus-state/documents';
import { Chain } from './chain';
import { type Lane, type Write, isToLookUp } from './lane';

/** A chain that is ready to be committed, and the writes it is made of, in order. */
export interface Prepared {
  readonly lane: Lane;
  readonly chain: Chain;
  readonly writes: readonly Write[];
}

/**
 * Lets the writes that wait in a lane decide, each on the result of the one before it. Those that were refused for
 * certain, and retries of what has happened, are settled; those that need another look at the store wait on.
 * @param limit most writes to decide at once
 * @returns undefined when nothing is to be committed
 */
export function decideWaiting(lane: Lane, limit: number): Prepared | undefined {
  const known = lane.known ?? { panel: undefined, asked: -1 };
  const chain = new Chain(lane.key, known.panel);
  const recent = lane.recentChanges(chain);
  const writes: Write[] = [];
  const doubtful: Write[] = [];
  const later: Write[] = [];
  for (const write of lane.waiting.splice(0, limit)) {
    const { idempotencyKey } = write;
    const earlier = idempotencyKey === undefined ? undefined : lane.changeWithKey(idempotencyKey);
    if (earlier) {
      write.resolve({ change: earlier, replayed: true });
      continue;
    }
    if (isToLookUp(write) || (idempotencyKey !== undefined && chain.has(idempotencyKey))) {
      later.push(write);
      continue;
    }
    try {
      chain.add(write.decide(chain.tip, recent), idempotencyKey);
      writes.push(write);
    } catch (error) {
      // A refusal on a hint, on what may be outdated, or on a change that may yet fail proves nothing: the store has
      // to confirm it.
      const proven = chain.length === 0 && known.asked >= write.arrived;
      if (!proven && error instanceof StateError) doubtful.push(write);
      else write.reject(error);
    }
  }
  lane.waiting.unshift(...doubtful, ...later);
  return chain.length > 0 ? { lane, chain, writes } : undefined;
}
