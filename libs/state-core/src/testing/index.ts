export * from './database';
export * from './environment';
export * from './eventually';
export * from './own-redis';
export * from './panel-builders';
