export * from './feed-reads';
export * from './follow-pages';
export * from './follow-panel';
export * from './followed-workspace';
