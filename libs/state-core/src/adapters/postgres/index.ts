export * from './data-source';
export * from './panel-store';
export * from './workspace-store';
export * from './snapshot-store';
export * from './workspace-lock';
export * from './workspace-reader';
export * from './panel-history';
