export * from './access-errors';
export * from './panel-errors';
export * from './service-errors';
export * from './transaction-errors';
export * from './version-errors';
export * from './workspace-errors';
export * from './query-errors';
export * from './idempotency-errors';
