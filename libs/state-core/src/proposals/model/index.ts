export * from './proposal';
export * from './rule';
export * from './merge-proposed';
