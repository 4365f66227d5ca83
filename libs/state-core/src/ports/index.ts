export * from './panel-cache';
export * from './panel-store';
export * from './update-bus';
