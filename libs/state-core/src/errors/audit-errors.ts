import { CoreError } from './core-error';

const retryAfterSeconds = 1;

/** The audit log cannot be written, so nothing may be changed. */
export class AuditUnavailable extends CoreError {
  readonly code = 'unavailable';
  constructor() {
    super(
      'The audit log is unavailable, and changes are refused without it. Nothing was changed. Retry shortly.',
      {
        retryAfterSeconds,
      },
    );
  }
}

/** A change was made, and its record could not be written in time. It is written once the audit log is back. */
export class AuditPending extends CoreError {
  readonly code = 'unavailable';
  constructor() {
    super(
      'The audit log became unavailable during the request. What it changed is stored, and its record is still to be written. ' +
        'Read before you repeat it, or repeat it with its Idempotency-Key.',
      { retryAfterSeconds },
    );
  }
}

/** The audit log is not kept where the service can read it, or there is none. */
export class AuditNotReadable extends CoreError {
  readonly code = 'not_found';
  constructor() {
    super('This deployment keeps no audit log that can be read here. Set AUDIT_SINK to file or postgres.');
  }
}

/** A token that reaches only a part of the state asks for the audit log, which is about all of it. */
export class AuditOutOfReach extends CoreError {
  readonly code = 'forbidden';
  constructor() {
    super(
      'The audit log is about all workspaces and keys. Use a token whose `paths` do not narrow what it reaches.',
    );
  }
}
