export * from './cache-epochs';
export * from './change-feed';
export * from './panel-cache';
export * from './panel-heads';
export * from './panel-history';
export * from './panel-query';
export * from './panel-store';
export * from './key-store';
