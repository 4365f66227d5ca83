import { safeFileName } from './file-name';

/** Where a commit keeps its manifest. */
export const manifestPath = 'workspace.json';

/**
 * Where a commit keeps a panel's state: `panels/<panelId>.json`, the id percent-encoded where it is no safe file
 * name and cut where it is too long for one. The way back is the manifest, which has the ids as they are.
 */
export function panelPath(panelId: string): string {
  return `panels/${safeFileName(panelId, { extension: '.json' })}`;
}
