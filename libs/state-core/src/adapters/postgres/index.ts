export * from './data-source';
export * from './panel-store';
export * from './workspace-store';
