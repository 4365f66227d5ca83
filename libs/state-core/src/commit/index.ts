export * from './group-commit';
export * from './proposal';
