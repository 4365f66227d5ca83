import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import { DocumentModel } from '../document/document-model';
import type { StoredDocument } from '../document/stored-document';

/** A document of the user `me`, as the server has sent it. */
export function opened(state: JsonObject, version = 1): DocumentModel {
  const model = new DocumentModel('me');
  model.receive({ kind: 'sync', version, state });
  model.takeEvents();
  return model;
}

/** The update to a version, as the server sends it. */
export function update(version: number, patch: PatchRequest, actor = 'other') {
  return { kind: 'update', version, patch: patch as never, actor } as const;
}

/** Sends the next change and has it accepted as it is. */
export function confirm(model: DocumentModel): void {
  const sending = model.nextToSend();
  if (sending) model.accepted(sending.id, { version: sending.version + 1 });
}

/** Ends the process and goes on in the next. */
export function restart(model: DocumentModel): DocumentModel {
  return DocumentModel.restored(JSON.parse(JSON.stringify(model.stored())) as StoredDocument, 'me');
}
