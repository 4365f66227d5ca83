import type { TriggerObserver } from '@nexus-state/state-core';
import type { Logger } from 'pino';

/** Logs snapshots that changes called for and that were not taken. They are rare: after each there is a pause. */
export function triggerLog(logger: Logger): TriggerObserver {
  return {
    triggerFailed({ owner, workspaceId }, trigger, error) {
      logger.warn({ owner, workspaceId, trigger, err: error }, 'change continued without a snapshot');
    },
  };
}
