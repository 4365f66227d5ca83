export * from './git-commit-log';
export * from './git-fetch-server';
export * from './git-snapshot-repository';
export * from './choose-engine';
