import { statuses } from '../http/problems';
import { StoreError, VersionConflictError } from '../model';

/** A condition in a header that does not hold (RFC 9110, section 13). */
export class PreconditionFailed extends Error {
  constructor(
    readonly key: string,
    readonly currentVersion: number,
  ) {
    super(
      `The key ${JSON.stringify(key)} is at version ${currentVersion}. Read it again, and decide on what is there now.`,
    );
  }
}

/** A refusal as a problem (RFC 9457). */
export function problemOf(error: unknown): { readonly status: number; readonly [member: string]: unknown } {
  if (error instanceof PreconditionFailed) {
    const { key, currentVersion, message } = error;
    return { status: 412, error: 'precondition_failed', message, key, currentVersion };
  }
  if (error instanceof StoreError) {
    const { code, message, facts } = error;
    const status = typeof facts['status'] === 'number' ? facts['status'] : statuses[code];
    const name = typeof facts['reason'] === 'string' && code === 'refused' ? facts['reason'] : code;
    const current = error instanceof VersionConflictError ? { currentVersion: error.found } : {};
    return { ...facts, ...current, status, error: name, message };
  }
  return { status: 500, error: 'internal_error', message: 'The service has failed.' };
}

export function problemResponse(error: unknown): Response {
  const problem = problemOf(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
