export * from './commit';
export * from './errors';
export * from './history';
export * from './json';
export * from './panel';
export * from './patch';
export * from './ports';
export * from './use-cases';
