export {
  type RedisAddress,
  type RedisClusterAddress,
  type RedisNode,
  readRedisCluster,
  withPassword,
} from './address';
export * from './connect';
export * from './redis-lock-store';
export * from './redis-panel-cache';
export * from './redis-presence-board';
export * from './redis-token-buckets';
export * from './redis-update-bus';
