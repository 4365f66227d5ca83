export * from './feed-reads';
export * from './follow-changes';
export * from './follow-pages';
export * from './follow-panel';
export * from './followed-workspace';
