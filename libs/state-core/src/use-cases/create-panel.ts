import type { Accepted, Proposal } from '../commit';
import { PanelAlreadyExists } from '../errors';
import type { JsonObject } from '../json';
import { type Origin, type PanelKey, type StateContent, stateContent } from '../panel';
import type { WritePorts } from './panel-ports';

/** A panel to make. */
export interface CreatePanel {
  readonly key: PanelKey;
  readonly initialState: JsonObject;
  readonly origin: Origin;
}

/**
 * Creates a panel. One that was deleted goes on counting versions where it ended.
 * @throws PanelAlreadyExists, StateTooLarge, StateTooDeep, UnsupportedValue, Unavailable
 */
export async function createPanel(
  { key, initialState, origin }: CreatePanel,
  ports: WritePorts,
): Promise<Accepted> {
  const content = stateContent(initialState, ports.limits);
  return ports.commit.write(key, (current) => {
    if (current?.deleted === false) throw new PanelAlreadyExists(key.panelId, current.version);
    return creation(content, origin);
  });
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
