export * from './common';
export * from './history';
export * from './panel-list';
export * from './panels';
export * from './realtime';
export * from './snapshots';
export * from './workspace-content';
export * from './workspaces';
