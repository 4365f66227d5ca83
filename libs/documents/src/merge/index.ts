export * from './conflict';
export { type RebaseOutcome, type StalePatch, rebase } from './rebase';
export * from './rebase-unless-apart';
