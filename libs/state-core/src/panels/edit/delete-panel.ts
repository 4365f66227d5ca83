import type { Proposal, Written } from '../group-commit';
import { PanelNotFound } from '../../errors';
import type { JsonObject } from '@nexus-state/documents';
import { type Origin, type PanelKey, noLimits, stateContent } from '../model';
import { type Expectation, expectPanel } from './expectation';
import type { WritePorts } from '../panel-ports';

/** A panel to delete. */
export interface DeletePanel {
  readonly key: PanelKey;
  readonly expectation: Expectation;
  readonly origin: Origin;
  /** Under which a retry finds the change instead of making another. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Deletes a panel. Its history stays, and its versions are never used again.
 * @throws PanelNotFound, PreconditionFailed, TooMuchContention, Unavailable
 */
export async function deletePanel(command: DeletePanel, ports: WritePorts): Promise<Written> {
  const { key, expectation, origin } = command;
  return ports.commit.write(
    key,
    (current) => {
      const existing = expectPanel(key.panelId, current, expectation);
      if (!existing) throw new PanelNotFound(key.panelId);
      return deletion(existing.state, origin);
    },
    command.idempotencyKey,
  );
}

/** The change that ends a panel; it keeps what the panel held. */
export function deletion(state: JsonObject, origin: Origin): Proposal {
  const content = stateContent(state, noLimits);
  return { ...origin, changeType: 'deleted', content, patch: [{ op: 'remove', path: '' }] };
}
