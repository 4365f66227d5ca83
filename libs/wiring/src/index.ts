export * from './database';
export * from './process-providers';
export * from './queue';
export * from './redis-connections';
export * from './state-core-provider';
