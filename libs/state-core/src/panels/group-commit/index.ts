export * from './change-draft';
export type { Decide } from './decide-waiting';
export * from './group-commit';
export type { GroupCommitLimits } from './group-commit-limits';
export type { Announce, GroupCommitPorts } from './group-commit-ports';
export * from './panel-mutexes';
export * from './pending-changes';
export { type TraceContext, type Tracer, inTrace } from './trace-context';
