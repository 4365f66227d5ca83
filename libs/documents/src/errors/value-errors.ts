import type { DocumentErrorCode } from './error-code';
import { StateError } from './state-error';

abstract class DocumentError extends StateError {
  abstract override readonly code: DocumentErrorCode;
}

/** One field of a request that is wrong. */
export interface FieldProblem {
  /** JSON Pointer (RFC 6901) of the field within the body, or its name when it is elsewhere. */
  readonly pointer: string;
  readonly message: string;
}

/** A request whose fields are wrong; lists every one of them. */
export class ValidationFailed extends DocumentError {
  readonly code = 'validation_failed';
  constructor(readonly errors: readonly FieldProblem[]) {
    super(
      errors.length === 1
        ? `${errors[0]?.pointer || 'The request'}: ${errors[0]?.message}`
        : `${errors.length} fields are not valid.`,
      { errors },
    );
  }
}

/** A patch that does not apply to the state it meets. Nothing was changed. */
export class PatchFailed extends DocumentError {
  readonly code = 'patch_failed';
  /**
   * @param index position of the operation within the patch, from 0
   * @param path the pointer that could not be followed
   */
  constructor(index: number, path: string, reason: string) {
    super(`Operation ${index} of the patch cannot be applied at "${path}": ${reason}`, {
      operationIndex: index,
      path,
      reason,
    });
  }
}

/** A patch with more operations than the limit. */
export class PatchTooLarge extends DocumentError {
  readonly code = 'patch_too_large';
  constructor(operations: number, limit: number) {
    super(`The patch has ${operations} operations; at most ${limit} are allowed.`, { operations, limit });
  }
}

/** A patch whose values come to more bytes than the limit. */
export class PatchTooLong extends DocumentError {
  readonly code = 'patch_too_large';
  /** @param limitBytes bytes of the patch as canonical JSON that are allowed */
  constructor(limitBytes: number) {
    super(
      `The patch has more than ${limitBytes} bytes as canonical JSON. Send several patches, or replace the state.`,
      { limitBytes },
    );
  }
}

/** A patch whose operations copy and shift more of the state than one patch may. */
export class PatchTooCostly extends DocumentError {
  readonly code = 'patch_too_large';
  constructor() {
    super(
      'The operations of the patch copy and shift too much of the state. Send several patches, or replace the state.',
    );
  }
}

/** A state whose serialized form is over the limit. */
export class StateTooLarge extends DocumentError {
  readonly code = 'state_too_large';
  /** @param sizeBytes how many bytes were counted when it was refused; the state may be larger */
  constructor(sizeBytes: number, limitBytes: number) {
    super(`The state would be at least ${sizeBytes} bytes; at most ${limitBytes} are allowed.`, {
      sizeBytes,
      limitBytes,
    });
  }
}

/** A value nested deeper than the limit. */
export class StateTooDeep extends DocumentError {
  readonly code = 'state_too_deep';
  constructor(pointer: string, limit: number) {
    super(`The value at "${pointer}" is nested deeper than ${limit} levels.`, { pointer, limit });
  }
}

/** A value that the store could not give back unchanged. */
export class UnsupportedValue extends DocumentError {
  readonly code = 'unsupported_value';
  constructor(pointer: string, reason: string) {
    super(`The value at "${pointer}" cannot be stored without loss: ${reason}`, { pointer, reason });
  }
}
