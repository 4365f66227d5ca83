import type { Panel } from './panel';
import type { PanelKey } from './panel-key';

/**
 * The text every reader of a panel gets, whole: `{panelId, workspaceId, state, version, updatedAt}`. It is composed
 * once when a version is accepted and then cached and answered as it is.
 */
export function panelDocument(
  panel: Pick<Panel, 'stateText' | 'version' | 'updatedAt'> & { readonly key: Omit<PanelKey, 'owner'> },
): string {
  return `${headOf(panel.key)}${panel.stateText},"version":${panel.version},"updatedAt":"${panel.updatedAt}"}`;
}

/** The canonical text of the state in a document that `panelDocument` has composed. */
export function stateTextIn(document: string, key: Omit<PanelKey, 'owner'>): string {
  return document.slice(headOf(key).length, document.lastIndexOf(',"version":'));
}

function headOf({ panelId, workspaceId }: Omit<PanelKey, 'owner'>): string {
  return `{"panelId":${JSON.stringify(panelId)},"workspaceId":${JSON.stringify(workspaceId)},"state":`;
}
