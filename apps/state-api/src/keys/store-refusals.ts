import type { StateError } from '@nexus-state/documents';
import { type ConditionalHeaders, TransportError } from '@nexus-state/nest-kit';
import { VersionConflictError } from '@nexus-state/store';

export { storeRefusalOf as refusalOf } from '@nexus-state/nest-kit';

/** `If-Match` or `If-None-Match` of a write does not hold for the key (RFC 9110, section 15.5.13). */
export class KeyPreconditionFailed extends TransportError {
  readonly code = 'precondition_failed';
  /** @param currentVersion 0 where the key holds nothing */
  constructor(key: string, currentVersion: number) {
    super(
      `The key ${JSON.stringify(key)} is at version ${currentVersion}, which does not meet the condition in the header. Read it again and repeat the change.`,
      { key, currentVersion },
    );
  }
}

/** A version that is not the expected one, where a header said which one is: a failed precondition. */
export function inHeaderTerms(error: unknown, headers: ConditionalHeaders): StateError | unknown {
  const isByHeader = headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
  if (!isByHeader || !(error instanceof VersionConflictError)) return error;
  return new KeyPreconditionFailed(error.key, error.found);
}
