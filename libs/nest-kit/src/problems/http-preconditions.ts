import type { StateError } from '@nexus-state/documents';
import { PanelAlreadyExists, VersionConflict, VersionRequired } from '@nexus-state/state-core';
import { TransportError } from './transport-error';

/** The headers of a conditional request (RFC 9110, section 13.1). */
export interface ConditionalHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/** The version in `If-Match` is not the current one, or `If-None-Match: *` met a panel (RFC 9110, section 15.5.13). */
export class PreconditionFailed extends TransportError {
  readonly code = 'precondition_failed';
  constructor({ panelId, currentVersion }: VersionConflict | PanelAlreadyExists, condition: string) {
    super(
      `Panel "${panelId}" is at version ${currentVersion}, which does not meet ${condition}. Read it again and repeat the change.`,
      { panelId, currentVersion },
    );
  }
}

/** A write without a version, with the places where HTTP has room for one. */
export class VersionNotSent extends TransportError {
  readonly code = 'version_required';
  constructor() {
    super(
      'Say which version this change is based on: "version" in the body, or an If-Match header ("*" replaces any version).',
    );
  }
}

/** A refusal of the core in HTTP's terms: what does not meet a header is a failed precondition. */
export function inHttpTerms(refusal: StateError, headers: ConditionalHeaders): StateError {
  if (refusal instanceof VersionRequired) return new VersionNotSent();
  const { 'if-match': ifMatch = '*', 'if-none-match': ifNoneMatch } = headers;
  if (refusal instanceof VersionConflict && ifMatch.trim() !== '*') {
    return new PreconditionFailed(refusal, `If-Match: "${refusal.baseVersion}"`);
  }
  if (refusal instanceof PanelAlreadyExists && ifNoneMatch !== undefined) {
    return new PreconditionFailed(refusal, 'If-None-Match: *');
  }
  return refusal;
}
