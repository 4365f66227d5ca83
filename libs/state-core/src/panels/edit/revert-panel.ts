import type { Written } from '../group-commit';
import { PanelNotFound } from '../../errors';
import { type Origin, type PanelKey, stateContent } from '../model';
import { compareStates } from '@nexus-state/documents';
import { type Expectation, expectPanel } from './expectation';
import type { WritePorts } from '../panel-ports';
import { type HistoryPorts, pastState } from '../read-version';

/** A panel to bring back to what it held before. */
export interface RevertPanel {
  readonly key: PanelKey;
  readonly targetVersion: number;
  readonly expectation: Expectation;
  readonly origin: Origin;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Writes what a panel held at an earlier version as a new version; history stays as it is.
 * @throws PanelNotFound, VersionNotFound, VersionConflict, PreconditionFailed, TooMuchContention, Unavailable
 */
export async function revertPanel(command: RevertPanel, ports: WritePorts & HistoryPorts): Promise<Written> {
  const { key, targetVersion, expectation, origin } = command;
  const { state } = await pastState(key, { version: targetVersion }, ports);
  const content = stateContent(state, ports.limits);
  return ports.commit.write(
    key,
    (current) => {
      const existing = expectPanel(key.panelId, current, expectation);
      if (!existing) throw new PanelNotFound(key.panelId);
      const patch = compareStates(existing.state, content.state);
      return { ...origin, changeType: 'reverted', content, patch };
    },
    command.idempotencyKey,
  );
}
