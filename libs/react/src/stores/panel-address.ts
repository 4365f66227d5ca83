import type { NexusClient, PanelHandle } from '@nexus-state/client';
import type { StoreName } from './stores';

/** Says which workspace is meant, where several of one id are within reach. */
export interface Owned {
  readonly owner?: string | undefined;
}

/** Which panel. */
export interface PanelAddress extends Owned {
  readonly workspaceId: string;
  readonly panelId: string;
}

/** Names what is about a panel. */
export function panelName(
  kind: string,
  { owner, workspaceId, panelId }: PanelAddress,
  ...more: unknown[]
): StoreName {
  return [kind, owner ?? null, workspaceId, panelId, ...more];
}

export function panelOf<T extends object>(
  client: NexusClient,
  { owner, workspaceId, panelId }: PanelAddress,
): PanelHandle<T> {
  return client.workspace(workspaceId, { owner }).panel<T>(panelId);
}
