export * from './panels';
export * from './snapshots';
export * from './workspaces';
export * from './workspace-content';
export * from './realtime';
