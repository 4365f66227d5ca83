import type { Proposal, Written } from '../group-commit';
import { PanelAlreadyExists } from '../../errors';
import type { JsonObject } from '@nexus-state/documents';
import { type Origin, type PanelKey, type StateContent, stateContent } from '../model';
import type { WritePorts } from '../panel-ports';

/** A panel to make. */
export interface CreatePanel {
  readonly key: PanelKey;
  readonly initialState: JsonObject;
  readonly origin: Origin;
  /** Under which a retry finds the change instead of making another. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Creates a panel. One that was deleted goes on counting versions where it ended.
 * @throws PanelAlreadyExists, StateTooLarge, StateTooDeep, UnsupportedValue, Unavailable
 */
export async function createPanel(command: CreatePanel, ports: WritePorts): Promise<Written> {
  const { key, origin } = command;
  const content = stateContent(command.initialState, ports.limits);
  return ports.commit.write(
    key,
    (current) => {
      if (current?.deleted === false) throw new PanelAlreadyExists(key.panelId, current.version);
      return creation(content, origin);
    },
    command.idempotencyKey,
  );
}

/** The change that brings a panel into being. */
export function creation(content: StateContent, origin: Origin): Proposal {
  return {
    ...origin,
    changeType: 'created',
    content,
    patch: [{ op: 'add', path: '', value: content.state }],
  };
}
