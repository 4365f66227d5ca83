export {
  type ClientOptions,
  type LiveConnection,
  type NexusClient,
  type PanelHandle,
  type WorkspaceHandle,
  createClient,
} from './client';
export * from './http';
export type { ConnectionStatus } from './live/connection';
export type {
  ChangeEvent,
  ConflictEvent,
  DocumentEvents,
  DocumentStatus,
  LiveDocument,
  ProgressEvent,
} from './live/live-document';
export type { Present } from './live/follower';
export type { DocumentPresence } from './live/presence';
export type { DocumentStorage, StorageSession } from './storage/document-storage';
export type { StoredDocument } from './document/stored-document';
export { memoryStorage } from './storage/memory';
export type * from './rest-types';
