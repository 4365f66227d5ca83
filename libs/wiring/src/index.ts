export * from './database';
export * from './large-work';
export * from './process-providers';
export * from './queue';
export * from './queue-metrics';
export * from './redis-connections';
export * from './state-core-provider';
export * from './with-spans';
