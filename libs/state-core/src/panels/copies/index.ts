export * from './cache-lease';
export * from './panel-copies';
