export * from './key-patterns';
export * from './path-pattern';
export * from './role';
export * from './user-id';
export * from './visible-panels';
export * from './workspace';
