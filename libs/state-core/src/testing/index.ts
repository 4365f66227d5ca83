export * from './database';
export * from './environment';
export * from './eventually';
export * from './panel-builders';
