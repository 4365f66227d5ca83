import type { RealtimeProblem } from '@nexus-state/contracts';
import { internalProblem, problemOf } from '@nexus-state/nest-kit';
import { StateError } from '@nexus-state/state-core';
import type { Logger } from 'pino';

/** An error as a live connection is told of it: HTTP's problem. What is no refusal is a bug: logged, and not told. */
export function refusalOf(error: unknown, logger: Logger): RealtimeProblem {
  if (!(error instanceof StateError)) {
    logger.error({ err: error }, 'message failed');
    return internalProblem();
  }
  if (error.code === 'unavailable') logger.warn({ err: error.cause ?? error }, 'message refused');
  return problemOf(error);
}
