export * from './decide-edit';
export * from './decide-large';
export type { Transacted, TransactedPanel } from './earlier-result';
export * from './edit';
export * from './edit-panel';
export * from './expectation';
export * from './prepare-edit';
export * from './transact';
