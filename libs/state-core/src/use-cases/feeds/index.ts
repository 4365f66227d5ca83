export type { FeedPorts } from './feed-ports';
export type { Reach } from './followed-workspace';
export * from './subscriber';
export * from './workspace-feeds';
