export * from './path-pattern';
export * from './role';
export * from './visible-panels';
export * from './workspace';
