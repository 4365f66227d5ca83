export * from './chain';
export { type Context, type Contexts, inContext } from './contexts';
export * from './group-commit';
export type { GroupCommitLimits } from './group-commit-limits';
export * from './proposal';
