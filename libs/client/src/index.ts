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
export type { LiveWorkspace, WorkspaceEvents, WorkspaceStatus } from './live/live-workspace';
export type {
  PanelChanged,
  ProposalChanged,
  SnapshotTaken,
  WorkspaceEvent,
  WorkspaceFollowed,
  WorkspaceRestored,
} from './live/workspace-event';
export type { Present } from './live/follower';
export type { DocumentPresence } from './live/presence';
export type { DocumentStorage, StorageSession } from './storage/document-storage';
export type { StoredDocument } from './document/stored-document';
export { memoryStorage } from './storage/memory';
export type * from './rest-types';
export { applyPatch, compareStates, equalJson, rebase } from '@nexus-state/documents';
export { appendToken, parsePointer, valueAt } from '@nexus-state/documents';
