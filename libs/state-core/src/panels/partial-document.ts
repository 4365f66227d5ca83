import { type JsonValue, canonicalJson, parsePointer, valueAt } from '@nexus-state/documents';
import { PathNotFound } from '../errors';
import { type Panel, panelDocument } from './model';

/** The members of the document of a panel. */
interface PanelFields extends Pick<Panel, 'version' | 'updatedAt'> {
  readonly panelId: string;
  readonly workspaceId: string;
  readonly state: JsonValue;
}

/**
 * The document of a panel with only the value at a pointer as its state.
 * @param path a JSON Pointer (RFC 6901)
 * @throws PathNotFound when it leads nowhere
 */
export function partialDocument(document: string, path: string): string {
  const panel = JSON.parse(document) as PanelFields;
  const tokens = parsePointer(path);
  const state = tokens && valueAt(panel.state, tokens);
  if (state === undefined) throw new PathNotFound(panel.panelId, path);
  return panelDocument({ ...panel, key: panel, stateText: canonicalJson(state) });
}
