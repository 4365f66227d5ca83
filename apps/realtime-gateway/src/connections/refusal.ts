import type { RealtimeErrorEvent, RealtimeProblem } from '@nexus-state/contracts';
import { internalProblem, problemOf } from '@nexus-state/nest-kit';
import { StateError } from '@nexus-state/documents';
import type { Logger } from 'pino';

/** An error as the problem that HTTP would send. Anything but a refusal is a bug: logged, and not sent. */
export function refusalOf(error: unknown, logger: Logger): RealtimeProblem {
  if (!(error instanceof StateError)) {
    logger.error({ err: error }, 'message failed');
    return internalProblem();
  }
  if (error.code === 'unavailable') logger.warn({ err: error.cause ?? error }, 'message refused');
  return problemOf(error);
}

/** What an error is about. */
export interface ErrorSubject {
  readonly workspaceId?: string;
  readonly panelId?: string;
  readonly pattern?: string;
  /** The id of the message. */
  readonly id?: unknown;
}

/** A refusal as an `error` event. */
export function errorEvent(error: StateError, subject: ErrorSubject = {}): RealtimeErrorEvent {
  return eventOf(problemOf(error), subject);
}

/** A problem as an `error` event: without the fields that only HTTP has. */
export function eventOf(problem: RealtimeProblem, subject: ErrorSubject): RealtimeErrorEvent {
  const {
    error: code,
    message,
    type: _type,
    title: _title,
    status: _status,
    detail: _detail,
    ...facts
  } = problem;
  return { ...facts, ...subject, code, message };
}
