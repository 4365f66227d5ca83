export * from './path-pattern';
export * from './role';
export * from './workspace';
