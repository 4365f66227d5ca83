export type * from './keys/key-answers';
export type { KeyPage, KeyPages } from './keys/key-pages';
export type { KeyWatch } from './keys/key-watch';
export type { Keys } from './keys/keys';
export type { Lock, LockContext, LockOptions, Locks } from './locks/locks';
export type * from './rest/answers';
export type * from './rest/proposal-answers';
export type { ChangesOptions } from './rest/changes';
export type {
  ChangeOptions,
  ChangeOrigin,
  ChangeReason,
  DeleteOptions,
  GetOptions,
  HistoryOptions,
  MergeOptions,
  RevertOptions,
} from './rest/panel';
export type { Context, ContextQuery, SearchResult } from './rest/context';
export type { Abortable, Fenced, LockReference } from './rest/workspace-routes';
export type { RestoreOptions } from './rest/snapshots';
export type * from './rest/turn-answers';
export type { TurnOptions, UndoOptions } from './rest/turns';
export type { Query, TransactionOptions } from './rest/workspace';
export type { Transaction } from './rest/transaction';
export type { Conflict, JsonObject, JsonPatch, JsonValue, PatchRequest } from '@nexus-state/documents';
