export * from './memory';
export {
  CompactedError,
  InvalidArgumentError,
  InvalidKeyError,
  KeyNotFoundError,
  NotJsonError,
  RefusedError,
  StoreClosedError,
  StoreError,
  type StoreErrorCode,
  type StoreErrorFacts,
  StoreUnavailableError,
  UnsupportedValueError,
  type Cipher,
  type Encryption,
  LockLostError,
  LockedError,
  NoEncryptionKeyError,
  SecretUnreadableError,
  type Value,
  ValueTooLargeError,
  VersionConflictError,
  checkKey,
  compareKeys,
  maxKeyBytes,
  maxValueBytes,
} from './model';
export type { Receipt, VersionCheck, Write, WriteRequest, WriteResult } from './model';
export * from './store';
export type { Watch, WatchEvent } from './watch';
