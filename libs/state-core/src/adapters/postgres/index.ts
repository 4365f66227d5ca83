export * from './data-source';
export * from './panel-store';
