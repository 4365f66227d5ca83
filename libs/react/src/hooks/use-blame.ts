import type { Blame } from '@nexus-state/client';
import { type Owned, type PanelAddress, panelName, panelOf } from '../stores/panel-address';
import { given } from './given';
import { type Following, freshness } from './use-history';
import { type Value, useValue } from './use-value';

/** What of a panel to ask about. */
export interface BlameOptions extends Owned, Following {
  /** A JSON Pointer: only what is below it. */
  readonly path?: string | undefined;
  /** As of that version. */
  readonly version?: number | undefined;
}

/** Which change last set each value of a panel. */
export function useBlame(
  workspaceId: string,
  panelId: string,
  { owner, path, version, live = version === undefined }: BlameOptions = {},
): Value<Blame> {
  const address: PanelAddress = { owner, workspaceId, panelId };
  return useValue(panelName('blame', address, path ?? null, version ?? null, live), (stores) => ({
    read: (signal) => panelOf(stores.client, address).blame({ ...given({ path, version }), signal }),
    freshness: freshness(stores, address, live, ({ data }) => data?.version),
  }));
}
