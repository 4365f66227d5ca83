export * from './commit-message';
export * from './file-name';
export * from './list-cursor';
export * from './manifest';
export * from './pretty-json';
export * from './snapshot';
export * from './snapshot-path';
export * from './snapshot-request';
