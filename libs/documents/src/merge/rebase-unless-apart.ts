import { applyPatch } from '../patch';
import { areApart } from './apart';
import { type RebaseOutcome, type StalePatch, boundsNow, rebase } from './rebase';
import { asItCame } from './rebased-patch';

/**
 * Comes to the same as `rebase`, and much sooner where nothing of the patch meets what was accepted since its base (`areApart`): then it is applied
 * as it came. By itself, and not a part of `rebase`, so that a client in a browser, which merges seldom, need not load it.
 * @throws what `rebase` throws; whether the changes lead to the current state is not checked where they are apart
 */
export function rebaseUnlessApart(stale: StalePatch): RebaseOutcome {
  const { base, incoming, applied, current, bounds } = stale;
  if (areApart(incoming, applied)) {
    // Refuses a patch that its author could not have applied either.
    applyPatch(base, incoming, bounds);
    const came = asItCame(current, incoming, boundsNow(stale));
    if (came) return { outcome: 'rebased', ...came };
  }
  return rebase(stale);
}
