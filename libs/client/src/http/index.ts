export * from './error-classes';
export * from './held-for-approval';
export * from './pages';
export * from './plain-errors';
export * from './problem';
export * from './telling-errors';
export type { Token } from './token-source';
