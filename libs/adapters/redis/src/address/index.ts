export * from './cluster-options';
export * from './redis-address';
