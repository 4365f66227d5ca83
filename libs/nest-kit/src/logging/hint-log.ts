import type { HintObserver } from '@nexus-state/state-core';
import type { Logger } from 'pino';

const quietMs = 10_000;

/** Logs hints that could not be given: the first at once, then how many there were, every ten seconds at most. */
export function hintLog(logger: Logger): HintObserver {
  const failures = new Map<string, { count: number; since: number }>();
  return {
    hintFailed(hint, error) {
      const now = Date.now();
      const seen = failures.get(hint);
      if (seen && now - seen.since < quietMs) {
        seen.count++;
        return;
      }
      failures.set(hint, { count: 0, since: now });
      logger.warn({ hint, err: error, unreported: seen?.count ?? 0 }, 'a hint could not be given');
    },
  };
}
