import type { Written } from '../group-commit';
import { type JsonValue, isJsonObject, compareStates, mergePatch } from '@nexus-state/documents';
import { stateContent } from '../model';
import { type EditPanel, type EditPorts, editPanel } from './edit-panel';

/** A merge patch for a panel. */
export interface MergePatchPanel extends Omit<EditPanel, 'patchFor'> {
  readonly document: JsonValue;
}

/**
 * Applies a merge patch (RFC 7396) to a panel: objects merge, `null` removes, everything else replaces.
 * @throws UnsupportedValue when the document is no JSON object, and whatever `editPanel` does
 */
export async function mergePatchPanel(
  { document, ...edit }: MergePatchPanel,
  ports: EditPorts,
): Promise<Written> {
  stateContent(document, ports.limits);
  return editPanel(
    {
      ...edit,
      patchFor: (base) => {
        const result = mergePatch(base, document);
        return isJsonObject(result)
          ? compareStates(base, result)
          : [{ op: 'replace', path: '', value: result }];
      },
    },
    ports,
  );
}
