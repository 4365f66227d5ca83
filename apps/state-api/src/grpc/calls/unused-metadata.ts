import type { Metadata } from '@grpc/grpc-js';
import { ValidationFailed } from '@nexus-state/documents';
import type { CallNeeds } from './call-needs';

/** Preconditions, which must not be believed to have been honoured where they were not. */
const preconditions = ['if-match', 'if-unmodified-since', 'nexus-lock'];
/** On reads, it could only have saved the transfer. */
const preconditionsOfWrites = [...preconditions, 'if-none-match'];

/**
 * Refuses a precondition that a method has no use for.
 * @throws ValidationFailed naming each
 */
export function refuseUnusedMetadata(metadata: Metadata, { scope, metadata: taken = [] }: CallNeeds): void {
  const problems = (scope === 'state:read' ? preconditions : preconditionsOfWrites)
    .filter((name) => !taken.some((known) => known === name) && metadata.get(name).length > 0)
    .map((name) => ({ pointer: name, message: 'is not supported for this method' }));
  if (problems.length > 0) throw new ValidationFailed(problems);
}
