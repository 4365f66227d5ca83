export {
  type ClientOptions,
  type NexusClient,
  type PanelHandle,
  type WorkspaceHandle,
  createClient,
} from './client';
export * from './http';
export type {
  ChangeEvent,
  ConflictEvent,
  DocumentEvents,
  DocumentStatus,
  LiveDocument,
} from './live/live-document';
export type { Present } from './live/follower';
export type { DocumentPresence } from './live/presence';
export type * from './rest/answers';
export type { ChangesOptions } from './rest/changes';
export type { ChangeOptions, ChangeOrigin, GetOptions } from './rest/panel';
export type { Query } from './rest/workspace';
export type { Transaction } from './rest/transaction';
export type { DocumentStorage, StorageSession } from './storage/document-storage';
export type { StoredDocument } from './document/stored-document';
export { memoryStorage } from './storage/memory';
export type { Conflict, JsonObject, JsonPatch, JsonValue, PatchRequest } from '@nexus-state/documents';
