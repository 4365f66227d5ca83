export * from './chain';
export * from './group-commit';
export * from './proposal';
export * from './turns';
