export * from './feed-reads';
export * from './follow-pages';
export * from './followed-workspace';
