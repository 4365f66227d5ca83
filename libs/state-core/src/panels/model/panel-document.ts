import type { Panel } from './panel';
import type { PanelKey } from './panel-key';

/**
 * The text every reader of a panel gets, whole: `{panelId, workspaceId, state, version, updatedAt}`. It is composed
 * once when a version is accepted and then cached and answered as it is.
 */
export function panelDocument(
  panel: Pick<Panel, 'stateText' | 'version' | 'updatedAt'> & { readonly key: Omit<PanelKey, 'owner'> },
): string {
  const { panelId, workspaceId } = panel.key;
  const head = `{"panelId":${JSON.stringify(panelId)},"workspaceId":${JSON.stringify(workspaceId)},"state":`;
  return `${head}${panel.stateText},"version":${panel.version},"updatedAt":"${panel.updatedAt}"}`;
}
