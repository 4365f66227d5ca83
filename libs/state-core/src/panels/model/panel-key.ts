import { InvalidId } from '../../errors';

/** Where a workspace is: whose it is, and its id. */
export interface WorkspaceKey {
  /** The user the workspace belongs to: any non-empty text (a token's `sub`). */
  readonly owner: string;
  readonly workspaceId: string;
}

/** Where a panel is. */
export interface PanelKey extends WorkspaceKey {
  readonly panelId: string;
}

const idPattern = /^[A-Za-z0-9._~:-]{1,255}$/;

/** Names that routes below a workspace use, so no panel can have them. */
export const reservedPanelIds: ReadonlySet<string> = new Set([
  'snapshot',
  'context',
  'changes',
  'query',
  'transaction',
  'proposals',
  'search',
  'turns',
  'undo',
]);

/**
 * @returns the key of a workspace
 * @throws InvalidId when the id breaks the rule: 1–255 of `A-Z a-z 0-9 . _ ~ : -`, not `.` or `..`
 */
export function workspaceKey(owner: string, workspaceId: string): WorkspaceKey {
  checkId('workspaceId', workspaceId);
  return { owner, workspaceId };
}

/**
 * @returns the key of a panel
 * @throws InvalidId when one of the ids breaks the rule, or the panel id is a reserved word
 */
export function panelKey(owner: string, workspaceId: string, panelId: string): PanelKey {
  checkId('workspaceId', workspaceId);
  checkId('panelId', panelId);
  if (reservedPanelIds.has(panelId)) throw new InvalidId('panelId', `"${panelId}" is a reserved word.`);
  return { owner, workspaceId, panelId };
}

/** One text for a panel key, different for different keys: for maps. */
export function panelKeyText(key: PanelKey): string {
  // The ids never hold a slash, so for any owner the last two segments are the ids.
  return `${key.owner}/${key.workspaceId}/${key.panelId}`;
}

/** @throws InvalidId when an id breaks the rule: 1–255 of `A-Z a-z 0-9 . _ ~ : -`, not `.` or `..` */
export function checkId(field: string, id: string): void {
  if (!idPattern.test(id) || id === '.' || id === '..') {
    throw new InvalidId(field, 'must be 1–255 characters of A-Z a-z 0-9 . _ ~ : - and not "." or "..".');
  }
}
