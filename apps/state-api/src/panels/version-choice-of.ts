import type { ReadPanelParams } from '@nexus-state/contracts';
import { ValidationFailed } from '@nexus-state/documents';
import type { VersionChoice } from '@nexus-state/state-core';

/**
 * Which version a reader wants; undefined for the newest.
 * @throws ValidationFailed when both a version and an instant are named
 */
export function versionChoiceOf({ version, at }: ReadPanelParams): VersionChoice | undefined {
  if (version !== undefined && at !== undefined) {
    throw new ValidationFailed([{ pointer: 'at', message: 'cannot be combined with version' }]);
  }
  if (version !== undefined) return { version };
  return at === undefined ? undefined : { at };
}
