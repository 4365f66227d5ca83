import { ValidationFailed } from '@nexus-state/documents';

/** The opaque text of a place in a list of panels by id: behind the panel it names. */
export function panelCursor(panelId: string): string {
  return Buffer.from(`panel ${panelId}`).toString('base64url');
}

/**
 * Reads a cursor back.
 * @param pointer where the cursor was
 * @throws ValidationFailed when it is not one that this service gave out
 */
export function parsePanelCursor(cursor: string, pointer = 'cursor'): string {
  const [, panelId] =
    /^panel ([A-Za-z0-9._~:-]{1,255})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (panelId === undefined) {
    throw new ValidationFailed([{ pointer, message: 'is not a cursor of this list' }]);
  }
  return panelId;
}
