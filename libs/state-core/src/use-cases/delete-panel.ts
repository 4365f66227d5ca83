import type { Accepted } from '../commit';
import { type Origin, type PanelKey, stateContent } from '../panel';
import { type Expectation, expectPanel } from './expectation';
import type { WritePorts } from './panel-ports';

/** A panel to delete. */
export interface DeletePanel {
  readonly key: PanelKey;
  readonly expectation: Expectation;
  readonly origin: Origin;
}

/**
 * Deletes a panel. Its history stays, and its versions are never used again.
 * @throws PanelNotFound, PreconditionFailed, TooMuchContention, Unavailable
 */
export async function deletePanel(
  { key, expectation, origin }: DeletePanel,
  ports: WritePorts,
): Promise<Accepted> {
  return ports.commit.write(key, (current) => {
    const state = expectPanel(key.panelId, current, expectation)?.state ?? {};
    const content = stateContent(state, { ...ports.limits, stateBytes: Infinity, stateDepth: Infinity });
    return { ...origin, changeType: 'deleted', content, patch: [{ op: 'remove', path: '' }] };
  });
}
