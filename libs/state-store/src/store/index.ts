export type { Retention } from './backend';
export type { Capabilities } from './capabilities';
export { KeyList, type KeyPage, type ListedKey, type PageOptions } from './key-list';
export { LocalStore } from './local-store';
export { OwnerStores, type StoreLease } from './owner-stores';
export {
  deleteWrite,
  mergeWrite,
  setWrite,
  transactionRequest,
  transactionResult,
  versionCheck,
} from './requests';
export { cursorAfterKey } from './shapes';
export type * from './state-store';
