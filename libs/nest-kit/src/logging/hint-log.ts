import type { HintObserver } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import { throttleLog } from './throttle-log';

const quietMs = 10_000;

/** Logs hints that could not be given: of each kind the first at once, then how many there were, every ten seconds at most. */
export function hintLog(logger: Logger): HintObserver {
  const logs = new Map<string, (error: unknown) => void>();
  const logOf = (hint: string) =>
    throttleLog(quietMs, (error, unreported) => {
      logger.warn({ hint, err: error, unreported }, 'could not publish a hint');
    });
  return {
    hintFailed(hint, error) {
      const log = logs.get(hint) ?? logOf(hint);
      logs.set(hint, log);
      log(error);
    },
  };
}
