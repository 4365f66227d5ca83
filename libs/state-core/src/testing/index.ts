export * from './eventually';
export * from './make-commit';
export * from './panel-builders';
