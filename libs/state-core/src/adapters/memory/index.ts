export * from './memory-panel-cache';
export * from './memory-panel-store';
