import type { JsonObject } from '@nexus-state/documents';
import type { TokenSource } from '../http/token-source';
import type { WorkspaceRoutes } from '../rest/workspace-routes';
import type { DocumentStorage } from '../storage/document-storage';
import type { Connection } from './connection';

/** What a document is made from. */
export interface LiveOptions {
  readonly connection: Connection;
  readonly routes: WorkspaceRoutes;
  readonly panelId: string;
  readonly tokens: TokenSource;
  readonly storage: DocumentStorage | undefined;
  /** Names the document in the storage. */
  readonly name: string;
  /** The state to begin with, before there is a connection. */
  readonly initial: { readonly state: JsonObject; readonly version: number } | undefined;
  readonly onClose: () => void;
}
