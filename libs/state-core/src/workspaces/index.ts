export * from './access-control';
export * from './workspace-event';
export * from './workspaces';
