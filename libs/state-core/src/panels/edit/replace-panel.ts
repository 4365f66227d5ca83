import type { Written } from '../group-commit';
import { type JsonObject, compareStates } from '@nexus-state/documents';
import { stateContent } from '../model';
import { creation } from './create-panel';
import { type EditPanel, type EditPorts, editPanel } from './edit-panel';
import { expectPanel } from './expectation';

/** A new state for a panel, whole. */
export interface ReplacePanel extends Omit<EditPanel, 'patchFor' | 'outcomeFor'> {
  readonly state: JsonObject;
}

/**
 * Replaces a panel's state, or creates the panel where the caller expects none. Merged with changes its author had not
 * seen, what counts is the difference to the state they were looking at.
 * @throws PanelAlreadyExists, and whatever `editPanel` does
 */
export async function replacePanel({ state, ...edit }: ReplacePanel, ports: EditPorts): Promise<Written> {
  const content = stateContent(state, ports.limits);
  const { key, expectation, origin, idempotencyKey } = edit;
  if (expectation.kind !== 'absent') {
    const patchFor = (base: JsonObject) => compareStates(base, content.state);
    return editPanel(
      { ...edit, patchFor, outcomeFor: (base) => ({ content, patch: patchFor(base) }) },
      ports,
    );
  }
  return ports.commit.write(
    key,
    (current) => {
      expectPanel(key.panelId, current, expectation);
      return creation(content, origin);
    },
    idempotencyKey,
  );
}
