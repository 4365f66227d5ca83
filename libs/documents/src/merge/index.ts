export * from './conflict';
export * from './rebase';
