export * from './panel-builders';
export * from './panel-cache.contract';
export * from './panel-store.contract';
