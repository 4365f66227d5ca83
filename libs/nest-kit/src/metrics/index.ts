export * from './audit-metrics';
export * from './core-metrics';
export * from './http-metrics';
export * from './metrics.controller';
export * from './process-metrics';
export * from './store-metrics';
