export * from './append';
export * from './idempotency';
export * from './large';
export * from './limits';
export * from './panel-document';
export * from './panel-key';
export * from './panel';
export * from './state-content';
