export * from './core-observer';
export * from './list-panels';
export * from './panel-ports';
export * from './query-panels';
export * from './read-changes';
export * from './read-history';
export * from './read-panel';
export * from './read-version';
