import type { Written } from '../commit';
import { PanelNotFound, PatchTooLarge } from '../errors';
import { type JsonValue, checkFaithful } from '../json';
import { type Limits, type Origin, type PanelKey, stateContent } from '../panel';
import { type PatchRequest, applyPatch } from '../patch';
import { type Expectation, expectPanel } from './expectation';
import type { WritePorts } from './panel-ports';

/** A patch for a panel. */
export interface PatchPanel {
  readonly key: PanelKey;
  readonly patch: PatchRequest;
  readonly expectation: Expectation;
  readonly origin: Origin;
  /** Under which a retry finds the change instead of making another. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Applies a JSON Patch to a panel: all of its operations or none.
 * @throws PatchFailed, PatchTooLarge, PanelNotFound, VersionConflict, PreconditionFailed, VersionRequired
 * @throws StateTooLarge, StateTooDeep, UnsupportedValue, TooMuchContention, Unavailable
 */
export async function patchPanel(command: PatchPanel, ports: WritePorts): Promise<Written> {
  const { key, patch, expectation, origin } = command;
  checkPatchLimits(patch, ports.limits);
  return ports.commit.write(
    key,
    (current) => {
      const existing = expectPanel(key.panelId, current, expectation);
      if (!existing) throw new PanelNotFound(key.panelId);
      const applied = applyPatch(existing.state, patch);
      const content = stateContent(applied.value, ports.limits);
      return { ...origin, changeType: 'updated', content, patch: applied.patch };
    },
    command.idempotencyKey,
  );
}

// The patch is stored beside the state, so its values must be as faithful; it nests two levels deeper than they do.
function checkPatchLimits(patch: PatchRequest, limits: Limits): void {
  if (patch.length > limits.patchOperations) throw new PatchTooLarge(patch.length, limits.patchOperations);
  checkFaithful(patch as unknown as JsonValue, limits.stateDepth + 2);
}
