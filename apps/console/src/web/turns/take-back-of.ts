import type { TurnItem } from '@nexus-state/react';
import type { TakeBack } from '../data/turns';

/** How a turn is taken back: an open one is aborted, the changes of one that has ended are undone. */
export function takeBackOf({ turnId, state }: Pick<TurnItem, 'turnId' | 'state'>): TakeBack {
  return state === 'open' ? { kind: 'abort', turnId } : { kind: 'undo', criteria: { turnId } };
}
