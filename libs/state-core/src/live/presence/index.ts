export * from './panel-presence';
export * from './presence-limits';
export * from './workspace-presence';
