export * from './eventually';
export * from './panel-builders';
