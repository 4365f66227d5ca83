import type { StateError } from '@nexus-state/documents';
import { CoreError, type CoreErrorCode } from './core-error';

/** One operation of a transaction that was refused; nothing of the transaction happened. */
export class OperationRefused extends CoreError {
  readonly code: CoreErrorCode;
  /**
   * @param index position of the operation within the transaction, from 0
   * @param refusal why it was refused; its code and facts become this error's
   */
  constructor(index: number, refusal: StateError) {
    super(
      `Operation ${index} of the transaction was refused, and nothing was changed: ${refusal.message}`,
      { ...refusal.facts, transactionIndex: index },
      { cause: refusal },
    );
    this.code = refusal.code as CoreErrorCode;
  }
}

/** A transaction whose operations write more bytes of states than one transaction may. */
export class TransactionTooLarge extends CoreError {
  readonly code = 'patch_too_large';
  /** @param limitBytes bytes of states, one state for each operation, that are allowed */
  constructor(limitBytes: number) {
    super(
      `The operations of the transaction write more than ${limitBytes} bytes of states. Combine the changes of each panel into one operation, or send several transactions.`,
      { limitBytes },
    );
  }
}

/** Other processes were faster than a transaction each time it was tried. */
export class TransactionContention extends CoreError {
  readonly code = 'too_much_contention';
  constructor(attempts: number) {
    super(`Panels of this transaction changed ${attempts} times during the write. Retry shortly.`, {
      retryAfterSeconds: 1,
    });
  }
}
