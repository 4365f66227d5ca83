import type { Yielded } from '@nexus-state/contracts';
import type { Written } from '@nexus-state/state-core';

/** What the answer to a change says of what it lost to others, in a turn that yields. */
export function yieldedOf({ facts }: Pick<Written, 'facts'>): Yielded {
  const { dropped, proposalId } = facts as Yielded;
  return { ...(dropped ? { dropped } : {}), ...(proposalId === undefined ? {} : { proposalId }) };
}
