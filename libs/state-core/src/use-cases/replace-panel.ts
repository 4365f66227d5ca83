import type { Written } from '../commit';
import type { JsonObject } from '../json';
import { type Origin, type PanelKey, stateContent } from '../panel';
import { compareStates } from '../patch';
import { creation } from './create-panel';
import { type Expectation, expectPanel } from './expectation';
import type { WritePorts } from './panel-ports';

/** A new state for a panel, whole. */
export interface ReplacePanel {
  readonly key: PanelKey;
  readonly state: JsonObject;
  readonly expectation: Expectation;
  readonly origin: Origin;
  /** Under which a retry finds the change instead of making another. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Replaces a panel's state, or creates the panel where the caller expects none.
 * @throws PanelNotFound, VersionConflict, PreconditionFailed, VersionRequired, PanelAlreadyExists
 * @throws StateTooLarge, StateTooDeep, UnsupportedValue, TooMuchContention, Unavailable
 */
export async function replacePanel(command: ReplacePanel, ports: WritePorts): Promise<Written> {
  const { key, expectation, origin } = command;
  const content = stateContent(command.state, ports.limits);
  return ports.commit.write(
    key,
    (current) => {
      const existing = expectPanel(key.panelId, current, expectation);
      if (!existing) return creation(content, origin);
      return {
        ...origin,
        changeType: 'updated',
        content,
        patch: compareStates(existing.state, content.state),
      };
    },
    command.idempotencyKey,
  );
}
